import { Button } from '@mantine/core'
import { IconPlayerStop, IconPlayerTrackNext, IconRefresh, type Icon } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { DeliveryDetail } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { incidentsQuery } from '../incidents/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import styles from './move-buttons.module.css'
import { movesOf, type Move } from './moves.ts'

const icons: Readonly<Record<Move, Icon>> = {
  redeliver: IconRefresh,
  tryNow: IconPlayerTrackNext,
  cancel: IconPlayerStop,
}

/** What a person may do with a delivery as it stands: bring it once more, bring it now, or call it off. */
export function MoveButtons({ detail }: { detail: DeliveryDetail }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const may = useMay()
  const cache = useQueryClient()
  const { deliveryId } = detail
  const move = useMutation({
    // A service on this very machine is reached also where the browser thinks that it is offline.
    networkMode: 'always',
    mutationFn: (kind: Move) => (kind === 'cancel' ? api.cancelDelivery(deliveryId) : api.redeliver(deliveryId)),
    // Also if it was refused: what it was refused for has happened meanwhile.
    onSettled: () => {
      void cache.invalidateQueries({ queryKey: incidentsQuery(api).queryKey })
      return cache.invalidateQueries({ queryKey: ['delivery', deliveryId] })
    },
  })
  return (
    <>
      {may.change &&
        movesOf(detail).map((kind) => {
          const MoveIcon = icons[kind]
          return (
            <Button
              key={kind}
              variant="default"
              size="compact-sm"
              leftSection={<MoveIcon size={14} stroke={1.75} aria-hidden />}
              loading={move.isPending && move.variables === kind}
              onClick={() => move.mutate(kind)}
            >
              {t(`detail.${kind}`)}
            </Button>
          )
        })}
      <Refusal error={move.error} className={styles.problem} />
    </>
  )
}
