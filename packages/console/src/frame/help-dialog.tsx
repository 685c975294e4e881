import { Kbd, Modal } from '@mantine/core'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './help-dialog.module.css'

const everywhere = [
  { keys: ['?'], text: 'help.help' },
  { keys: ['g', 'd'], text: 'help.goDeliveries' },
  { keys: ['g', 'w'], text: 'help.goWebhooks' },
] as const

const inDeliveries = [
  { keys: ['j'], text: 'help.next' },
  { keys: ['k'], text: 'help.previous' },
  { keys: ['Enter'], text: 'help.open' },
  { keys: ['Esc'], text: 'help.back' },
  { keys: ['/'], text: 'help.search' },
  { keys: ['p'], text: 'help.pause' },
] as const

/** Which keys do what. */
export function HelpDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    // Locking the page behind it would need a <style> element; the page itself never scrolls.
    <Modal.Root opened={isOpen} onClose={onClose} centered lockScroll={false}>
      <Modal.Overlay />
      <Modal.Content>
        {/* Not Modal.Header: a second <header> would be a second banner of the page. */}
        <div className={styles.head}>
          <Modal.Title>{t('help.title')}</Modal.Title>
          <Modal.CloseButton aria-label={t('help.close')} />
        </div>
        <Modal.Body>
          <KeyList title={t('help.everywhere')} entries={everywhere} />
          <KeyList title={t('help.inDeliveries')} entries={inDeliveries} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

type Entry = (typeof everywhere)[number] | (typeof inDeliveries)[number]

function KeyList({ title, entries }: { title: string; entries: readonly Entry[] }) {
  const { t } = useTranslation()
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.list}>
        {entries.map((entry) => (
          <div key={entry.text} className={styles.entry}>
            <dt>{t(entry.text)}</dt>
            <dd className={styles.keys}>
              {entry.keys.map((key, index) => (
                <Fragment key={key}>
                  {index > 0 && t('help.thenKey')}
                  <Kbd>{key}</Kbd>
                </Fragment>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
