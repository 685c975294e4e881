import { Button, Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { SignIn } from 'livehook/contract'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../api/queries.ts'
import { useServices } from '../services.ts'
import { KeyForm, SignInError } from './key-form.tsx'
import styles from './sign-in-page.module.css'

/** Over the page whose session has ended: what was typed there stays, and signing in goes on where one was. */
export function SignInAgain() {
  const { t } = useTranslation()
  const { api, sessionEnd } = useServices()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const goOn = () => {
    sessionEnd.renew()
    void queryClient.invalidateQueries()
  }
  const signIn = useMutation({
    networkMode: 'always',
    mutationFn: (credential: SignIn) => api.signIn(credential),
    onSuccess: (session) => {
      queryClient.setQueryData(sessionQuery(api).queryKey, session)
      goOn()
    },
  })
  // An address that signs in may have been opened in another tab; its cookie is this tab's too.
  const lookAgain = useEffectEvent(() => {
    api.getSession().then(goOn, () => undefined)
  })
  useEffect(() => {
    const look = () => lookAgain()
    window.addEventListener('focus', look)
    return () => window.removeEventListener('focus', look)
  }, [])
  const leave = async () => {
    await navigate({ to: '/sign-in' })
    sessionEnd.renew()
    queryClient.clear()
  }
  return (
    // It closes by signing in or by leaving: behind it nothing works any more.
    <Modal.Root
      opened
      onClose={() => undefined}
      closeOnEscape={false}
      closeOnClickOutside={false}
      centered
      lockScroll={false}
    >
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Body className={styles.again}>
          <Modal.Title className={styles.title}>{t('signIn.againTitle')}</Modal.Title>
          <p className={styles.lead}>{t('signIn.againLead')}</p>
          {signIn.error !== null && <SignInError error={signIn.error} byCode={false} />}
          <KeyForm isBusy={signIn.isPending} onSubmit={(key) => signIn.mutate({ key })} />
          <Button variant="subtle" color="gray" onClick={() => void leave()}>
            {t('signIn.againLeave')}
          </Button>
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}
