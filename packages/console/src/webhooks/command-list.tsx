import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Stranger } from '../text/stranger.tsx'
import styles from './command-list.module.css'

/** As many are shown at first. */
const shownAtFirst = 4

/** The commands a webhook subscribes to. */
export function CommandList({ commands }: { commands: readonly string[] }) {
  const { t } = useTranslation()
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? commands : commands.slice(0, shownAtFirst)
  const hidden = commands.length - shownAtFirst
  return (
    <ul className={styles.list}>
      {shown.map((command) => (
        <li key={command}>
          <Stranger text={command} className={styles.command} />
          {command === '*' && <span className={styles.all}> {t('webhooks.allCommands')}</span>}
        </li>
      ))}
      {hidden > 0 && (
        <li>
          <button type="button" className={styles.more} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
            {isWhole ? t('webhooks.fewer') : t('webhooks.more', { count: hidden })}
          </button>
        </li>
      )}
    </ul>
  )
}
