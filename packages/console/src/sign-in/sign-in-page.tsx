import { Button, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import type { SignIn } from 'livehook/contract'
import { useEffect, useEffectEvent, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { sessionQuery } from '../api/queries.ts'
import { LanguageMenu, ThemeMenu } from '../frame/settings-menus.tsx'
import { Brand } from '../frame/brand.tsx'
import { useDocumentTitle } from '../look/document-title.ts'
import { useServices } from '../services.ts'
import { visibleText } from '../text/visible-text.ts'
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
  const { api } = useServices()
  const queryClient = useQueryClient()
  const router = useRouter()
  const { signInCode } = route.useRouteContext()
  const { to } = route.useSearch()
  const mutation = useMutation({
    mutationFn: (credential: SignIn) => api.signIn(credential),
    networkMode: 'always',
    onSuccess: (session) => {
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

function KeyForm({ isBusy, onSubmit }: { isBusy: boolean; onSubmit: (key: string) => void }) {
  const { t } = useTranslation()
  const [key, setKey] = useState('')
  const [isMissing, setMissing] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setMissing(key.trim() === '')
    if (key.trim() !== '') onSubmit(key.trim())
  }
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <PasswordInput
        label={t('signIn.key')}
        description={t('signIn.keyHint')}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
        error={isMissing && t('signIn.needsKey')}
        name="key"
        autoComplete="current-password"
        spellCheck={false}
        maxLength={256}
        visibilityToggleButtonProps={{ 'aria-label': t('signIn.showKey'), tabIndex: 0 }}
      />
      <Button type="submit" loading={isBusy}>
        {t('signIn.submit')}
      </Button>
    </form>
  )
}

function SignInError({ error, byCode }: { error: Error; byCode: boolean }) {
  const { t } = useTranslation()
  const [title, hint] = describe()
  return (
    <div className={styles.error} role="alert">
      <p className={styles.errorTitle}>{title}</p>
      {hint !== undefined && <p>{hint}</p>}
    </div>
  )

  function describe(): [string, string | undefined] {
    if (!(error instanceof ApiError)) return [t('signIn.other', { message: error.message }), undefined]
    if (error.status === 0) return [t('signIn.unreachable'), t('signIn.unreachableHint')]
    if (error.status === 401 || error.status === 403 || error.status === 400) {
      return byCode
        ? [t('signIn.codeRefused'), t('signIn.codeRefusedHint')]
        : [t('signIn.keyRefused'), t('signIn.keyRefusedHint')]
    }
    return [t('signIn.other', { message: visibleText(error.message) }), error.detail && visibleText(error.detail)]
  }
}
