import { Button } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { useMay } from '../frame/use-may.ts'
import { useRoomWords } from '../i18n/use-room-words.ts'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import { sendFirstEvent } from './demo.ts'
import styles from './first-run.module.css'

/** Sends an app's first event by a click, where one of its webhooks wants any. Its delivery appears by itself. */
export function FirstEvent({ sdkAppId, webhooks }: { sdkAppId: number; webhooks: readonly Webhook[] }) {
  const { t } = useTranslation('firstRun')
  const { api } = useServices()
  const may = useMay()
  const isReady = useRoomWords('firstRun')
  const send = useMutation({
    networkMode: 'always',
    mutationFn: () => sendFirstEvent(api, sdkAppId, webhooks),
  })
  if (!isReady || !may.change) return null
  if (webhooks.length === 0) return <FirstWebhook sdkAppId={sdkAppId} />
  return (
    <div className={styles.click}>
      <Button
        leftSection={<IconSend size={16} stroke={1.75} aria-hidden />}
        loading={send.isPending}
        onClick={() => send.mutate()}
      >
        {t('event.send')}
      </Button>
      <output>{send.isSuccess && (send.data === undefined ? t('event.nobody') : t('event.sent'))}</output>
      <Refusal error={send.error} className={styles.error} />
    </div>
  )
}

/** The way to an app's first webhook. */
export function FirstWebhook({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation('firstRun')
  const may = useMay()
  const isReady = useRoomWords('firstRun')
  if (!isReady || !may.change) return null
  return (
    <div className={styles.click}>
      <Button
        renderRoot={(rest) => (
          <Link {...rest} to="/apps/$sdkAppId/webhooks/new" params={{ sdkAppId: String(sdkAppId) }} />
        )}
      >
        {t('webhook.register')}
      </Button>
    </div>
  )
}
