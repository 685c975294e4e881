import { Kbd, Modal } from '@mantine/core'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './help-dialog.module.css'
import { roomsFor } from './rooms.ts'
import { useMay } from './use-may.ts'

interface Entry {
  readonly keys: readonly string[]
  readonly text: string
  /** Pressed at once, or one after the other. */
  readonly kind: 'together' | 'one_by_one'
}

/** Which keys do what. */
export function HelpDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  const may = useMay()
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
          <KeyList
            title={t('help.everywhere')}
            entries={[
              { keys: ['Ctrl', 'K'], text: t('help.palette'), kind: 'together' },
              oneKey('?', t('help.help')),
              ...roomsFor(may).map(({ name, key }) => ({
                keys: ['g', key],
                text: t(`frame.${name}`),
                kind: 'one_by_one' as const,
              })),
            ]}
          />
          <KeyList
            title={t('help.inLists')}
            entries={[
              oneKey('j', t('help.next')),
              oneKey('k', t('help.previous')),
              oneKey('Enter', t('help.open')),
              oneKey('Esc', t('help.back')),
              oneKey('/', t('help.search')),
              oneKey('p', t('help.pause')),
            ]}
          />
          <KeyList
            title={t('frame.overview')}
            entries={[oneKey('r', t('help.refresh')), oneKey('p', t('help.pause'))]}
          />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  )
}

function oneKey(key: string, text: string): Entry {
  return { keys: [key], text, kind: 'together' }
}

function KeyList({ title, entries }: { title: string; entries: readonly Entry[] }) {
  const { t } = useTranslation()
  return (
    <section className={styles.section}>
      <h3 className={styles.title}>{title}</h3>
      <dl className={styles.list}>
        {entries.map((entry) => (
          <div key={entry.text} className={styles.entry}>
            <dt>{entry.text}</dt>
            <dd className={styles.keys}>
              {entry.keys.map((key, index) => (
                <Fragment key={key}>
                  {index > 0 && (entry.kind === 'together' ? '+' : t('help.thenKey'))}
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
