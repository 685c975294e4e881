import { Button } from '@mantine/core'
import { IconPlayerStop, IconRefresh } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DeliveryDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { useMay } from '../frame/use-may.ts'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import styles from './move-button.module.css'
import { moveOf } from './moves.ts'

/** What a person may do with a delivery as it stands: bring it once more, or call it off. */
export function MoveButton({ detail }: { detail: DeliveryDetail }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const may = useMay()
  const cache = useQueryClient()
  const { deliveryId } = detail
  const kind = moveOf(detail)
  const move = useMutation({
    // A service on this very machine is reached also where the browser thinks that it is offline.
    networkMode: 'always',
    mutationFn: () => (kind === 'redeliver' ? api.redeliver(deliveryId) : api.cancelDelivery(deliveryId)),
    onSuccess: () => cache.invalidateQueries({ queryKey: ['delivery', deliveryId] }),
    // What it was refused for has happened meanwhile: show it.
    onError: () => void cache.invalidateQueries({ queryKey: ['delivery', deliveryId] }),
  })
  const Icon = kind === 'redeliver' ? IconRefresh : IconPlayerStop
  return (
    <>
      {may.change && kind !== undefined && (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon size={14} stroke={1.75} aria-hidden />}
          loading={move.isPending}
          onClick={() => move.mutate()}
        >
          {kind === 'redeliver' ? t('detail.redeliver') : t('detail.cancel')}
        </Button>
      )}
      <Refusal error={move.error} className={styles.problem} />
    </>
  )
}
