import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import type { SignIn } from 'livehook/contract'
import { useEffect, useEffectEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { sessionQuery } from '../api/queries.ts'
import { LanguageMenu, ThemeMenu } from '../frame/settings-menus.tsx'
import { Brand } from '../frame/brand.tsx'
import { useDocumentTitle } from '../look/document-title.ts'
import { useServices } from '../services.ts'
import { KeyForm, SignInError } from './key-form.tsx'
import { safeReturnPath } from './sign-in-code.ts'
import styles from './sign-in-page.module.css'

const route = getRouteApi('/sign-in')

/** Sign in by the address that the service printed (by itself), or by a key. */
export function SignInPage() {
  const { t } = useTranslation()
  useDocumentTitle(t('signIn.title'))
  const signIn = useSignIn()
  const byCode = signIn.variables?.code !== undefined
  return (
    <div className={styles.page}>
      <header className={styles.bar}>
        <Brand />
        <div className={styles.settings}>
          <ThemeMenu />
          <LanguageMenu />
        </div>
      </header>
      <main className={styles.main}>
        <h1 className={styles.title}>{t('signIn.title')}</h1>
        {byCode && signIn.isPending ? (
          <output>{t('signIn.byCode')}</output>
        ) : (
          <>
            <p>{t('signIn.what')}</p>
            <p className={styles.lead}>{t('signIn.lead')}</p>
            {signIn.error !== null && <SignInError error={signIn.error} byCode={byCode} />}
            <KeyForm isBusy={signIn.isPending} onSubmit={(key) => signIn.mutate({ key })} />
          </>
        )}
      </main>
    </div>
  )
}

function useSignIn() {
  const { api, sessionEnd } = useServices()
  const queryClient = useQueryClient()
  const router = useRouter()
  const { signInCode } = route.useRouteContext()
  const { to } = route.useSearch()
  const mutation = useMutation({
    mutationFn: (credential: SignIn) => api.signIn(credential),
    networkMode: 'always',
    onSuccess: (session) => {
      sessionEnd.renew()
      queryClient.setQueryData(sessionQuery(api).queryKey, session)
      router.history.replace(safeReturnPath(to))
    },
  })
  const signInByCode = useEffectEvent(() => {
    const code = signInCode.take()
    if (code !== undefined) mutation.mutate({ code })
  })
  useEffect(() => signInByCode(), [])
  return mutation
}
