import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowLeft, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './panel.module.css'

/** The top of what is open: what it is and the way out; below, what can be done with it. */
export function PanelHead(props: { heading: ReactNode; actions: ReactNode; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <div className={styles.head}>
      <ActionIcon
        className={styles.back}
        variant="subtle"
        color="gray"
        size={30}
        aria-label={t('detail.back')}
        onClick={props.onClose}
      >
        <IconArrowLeft size={18} stroke={1.75} aria-hidden />
      </ActionIcon>
      <div className={styles.heading}>{props.heading}</div>
      <Tooltip label={t('detail.close')}>
        <ActionIcon
          className={styles.close}
          variant="subtle"
          color="gray"
          size={30}
          aria-label={t('detail.close')}
          onClick={props.onClose}
        >
          <IconX size={17} stroke={1.75} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <div className={styles.actions}>{props.actions}</div>
    </div>
  )
}
