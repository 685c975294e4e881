import { Button } from '@mantine/core'
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Delivery } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { useServices } from '../services.ts'
import { visibleText } from '../text/visible-text.ts'
import styles from './move-button.module.css'

/** What a person may do with a delivery as it stands: bring it once more, or call it off. */
export function MoveButton({ delivery }: { delivery: Pick<Delivery, 'deliveryId' | 'state'> }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const cache = useQueryClient()
  const { deliveryId, state } = delivery
  const isFinal = state === 'dead' || state === 'succeeded'
  const move = useMutation({
    // A service on this very machine is reached also where the browser thinks that it is offline.
    networkMode: 'always',
    mutationFn: () => (isFinal ? api.redeliver(deliveryId) : api.cancelDelivery(deliveryId)),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['delivery', deliveryId] }),
  })
  if (!isFinal && state !== 'pending') return null
  const Icon = isFinal ? IconRefresh : IconPlayerStop
  const { error } = move
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon size={14} stroke={1.75} aria-hidden />}
        loading={move.isPending}
        onClick={() => move.mutate()}
      >
        {isFinal ? t('detail.redeliver') : t('detail.cancel')}
      </Button>
      {error !== null && (
        <p className={styles.problem} role="alert">
          {visibleText(error instanceof ApiError ? (error.detail ?? error.message) : error.message)}
        </p>
      )}
    </>
  )
}
