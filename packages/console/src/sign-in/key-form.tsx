import { Button, PasswordInput } from '@mantine/core'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { visibleText } from '../text/visible-text.ts'
import styles from './sign-in-page.module.css'

/** Asks for a key. */
export function KeyForm({ isBusy, onSubmit }: { isBusy: boolean; onSubmit: (key: string) => void }) {
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

/** Why no one was signed in. */
export function SignInError({ error, byCode }: { error: Error; byCode: boolean }) {
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
