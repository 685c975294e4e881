import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { loadRoomWords, type Room } from './rooms.ts'

/** Loads the words of a part that no address leads to by itself. @returns whether they are there */
export function useRoomWords(room: Room): boolean {
  const { i18n } = useTranslation()
  const [isReady, setReady] = useState(i18n.hasResourceBundle(i18n.language, room))
  useEffect(() => {
    let isGone = false
    void loadRoomWords(i18n, [room]).then(() => {
      if (!isGone) setReady(true)
    })
    return () => {
      isGone = true
    }
  }, [i18n, room])
  return isReady
}
