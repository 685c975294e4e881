import { useTranslation } from 'react-i18next'
import { visibleText } from '../text/visible-text.ts'
import { CopyIconButton } from './copy-button.tsx'
import styles from './command-block.module.css'

/** Something to be typed into a terminal: as it is, and with a button that copies it. */
export function CommandBlock({ command, label }: { command: string; label?: string }) {
  const { t } = useTranslation()
  return (
    <div className={styles.block}>
      <pre className={styles.text}>
        <code dir="ltr">{visibleText(command)}</code>
      </pre>
      <CopyIconButton text={command} label={label ?? t('copy.command')} />
    </div>
  )
}
