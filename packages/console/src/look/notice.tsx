import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { visibleText } from '../text/visible-text.ts'
import styles from './notice.module.css'

/** What a room shows where it has nothing to show: what that means, and what to do next. */
export function Notice(props: {
  title: string
  children?: ReactNode
  role?: 'alert' | 'status'
  /** Whether it is all that its page has, and so its title the page's. */
  isPage?: boolean
}) {
  const Heading = props.isPage === true ? 'h1' : 'h2'
  return (
    <div className={styles.notice} role={props.role}>
      <Heading className={styles.title}>{props.title}</Heading>
      <div className={styles.body}>{props.children}</div>
    </div>
  )
}

/** Something could not be loaded: why, and a button to try again. */
export function LoadError({ error, onRetry, isPage = false }: { error: Error; onRetry: () => void; isPage?: boolean }) {
  const { t } = useTranslation()
  return (
    <Notice title={t('error.title')} role="alert" isPage={isPage}>
      <ErrorText error={error} />
      <div>
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          {t('error.retry')}
        </Button>
      </div>
    </Notice>
  )
}

function ErrorText({ error }: { error: Error }) {
  const { t } = useTranslation()
  if (error instanceof ApiError && error.code === 'unreachable') return <p>{t('error.unreachable')}</p>
  if (error instanceof ApiError && error.code === 'unauthorized') return <p>{t('refusal.unauthorized')}</p>
  return (
    <>
      <p>{visibleText(error.message)}</p>
      {error instanceof ApiError && error.detail !== undefined && <p>{visibleText(error.detail)}</p>}
    </>
  )
}
