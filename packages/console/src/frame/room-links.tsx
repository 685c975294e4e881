import {
  IconArrowsRightLeft,
  IconBook2,
  IconChartBar,
  IconHistory,
  IconKey,
  IconScale,
  IconSend,
  IconSettings,
  IconWebhook,
  type Icon,
} from '@tabler/icons-react'
import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { incidentsQuery } from '../incidents/queries.ts'
import { useServices } from '../services.ts'
import styles from './room-links.module.css'
import { roomsFor, type RoomName } from './rooms.ts'
import { useMay } from './use-may.ts'

const icons: Readonly<Record<RoomName, Icon>> = {
  overview: IconChartBar,
  deliveries: IconArrowsRightLeft,
  decisions: IconScale,
  webhooks: IconWebhook,
  tryIt: IconSend,
  commands: IconBook2,
  keys: IconKey,
  audit: IconHistory,
  settings: IconSettings,
}

/** The rooms of an app, as far as anyone who is signed in may enter them. */
export function RoomLinks({ sdkAppId }: { sdkAppId: number }) {
  const { t } = useTranslation()
  const may = useMay()
  return (
    <nav className={styles.rooms} aria-label={t('frame.rooms')}>
      {roomsFor(may).map(({ name, to }) => {
        const RoomIcon = icons[name]
        return (
          <Link
            key={name}
            to={to}
            params={{ sdkAppId: String(sdkAppId) }}
            className={styles.link}
            activeOptions={{ includeSearch: false }}
          >
            <RoomIcon size={17} stroke={1.75} aria-hidden />
            <span className={styles.name}>{t(`frame.${name}`)}</span>
            {name === 'overview' && <BrokenCount />}
          </Link>
        )
      })}
    </nav>
  )
}

/** How many webhooks are broken, wherever one is. */
function BrokenCount() {
  const { t } = useTranslation()
  const { api } = useServices()
  const { data } = useQuery(incidentsQuery(api))
  if (data === undefined || data.broken === 0) return null
  return (
    <span className={styles.broken}>
      <span aria-hidden>{data.broken}</span>
      <VisuallyHidden>{t('frame.broken', { count: data.broken })}</VisuallyHidden>
    </span>
  )
}
