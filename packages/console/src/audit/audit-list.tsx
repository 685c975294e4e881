import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import type { AuditEntry } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { Pairs } from '../deliveries/detail/parts.tsx'
import { DifferenceList } from '../look/difference-list.tsx'
import { ExactInstant, Instant } from '../text/instant.tsx'
import { Stranger } from '../text/stranger.tsx'
import { auditActions } from './actions.ts'
import styles from './audit-list.module.css'
import { factsDifference } from './facts-difference.ts'

export interface AuditListProps {
  entries: readonly AuditEntry[]
  /** What people call a webhook, an app or a key, by its id. */
  names: ReadonlyMap<string, string>
  /** The id of the entry that is open. */
  openId: string | undefined
  onOpen: (auditId: string | undefined) => void
  onActor: (id: string) => void
}

/** The entries, newest first; the one that is open shows what was before and what is after. */
export function AuditList({ entries, names, openId, onOpen, onActor }: AuditListProps) {
  const { t } = useTranslation('audit')
  // What is gone by now is called what it was called then.
  const nameOf = ({ target, before, after }: AuditEntry) => names.get(target) ?? nameIn(after) ?? nameIn(before)
  return (
    <ol className={styles.list} aria-label={t('list')}>
      {entries.map((entry) => {
        const isOpen = entry.auditId === openId
        return (
          <li key={entry.auditId} className={styles.entry}>
            <button
              type="button"
              className={styles.head}
              aria-expanded={isOpen}
              onClick={() => onOpen(isOpen ? undefined : entry.auditId)}
            >
              {isOpen ? <IconChevronDown size={15} aria-hidden /> : <IconChevronRight size={15} aria-hidden />}
              <ActionWord action={entry.action} />
              <span className={styles.target}>
                <Stranger text={entry.target} />
                {nameOf(entry) !== undefined && (
                  <>
                    {' '}
                    <Stranger text={nameOf(entry) ?? ''} className={styles.name} />
                  </>
                )}
              </span>
              <span className={styles.actor}>
                <Stranger text={entry.actor.name === '' ? entry.actor.id : entry.actor.name} />
              </span>
              <Instant at={entry.at} className={styles.when} />
            </button>
            {isOpen && <Entry entry={entry} onActor={onActor} />}
          </li>
        )
      })}
    </ol>
  )
}

function nameIn(facts: AuditEntry['after']): string | undefined {
  const name: unknown = facts === null ? undefined : facts['name']
  return typeof name === 'string' ? name : undefined
}

function ActionWord({ action }: { action: string }) {
  const { t } = useTranslation('audit')
  const known = auditActions.find((one) => one === action)
  return <strong className={styles.action}>{known === undefined ? action : t(`actionWord.${known}`)}</strong>
}

function Entry({ entry, onActor }: { entry: AuditEntry; onActor: (id: string) => void }) {
  const { t } = useTranslation('audit')
  const { actor } = entry
  return (
    <div className={styles.body}>
      <dl className={styles.facts}>
        <div>
          <dt>{t('at')}</dt>
          <dd>
            <ExactInstant at={entry.at} />
          </dd>
        </div>
        <div>
          <dt>{t('actor')}</dt>
          <dd>
            <button type="button" className={styles.link} onClick={() => onActor(actor.id)}>
              <Stranger text={actor.id} />
            </button>{' '}
            · {actor.role} · {actor.bySession ? t('bySession') : t('byKey')}
          </dd>
        </div>
        <div>
          <dt>{t('address')}</dt>
          <dd>{entry.address === null ? '–' : <Stranger text={entry.address} />}</dd>
        </div>
        <div>
          <dt>{t('app')}</dt>
          <dd>{entry.sdkAppId ?? '–'}</dd>
        </div>
      </dl>
      <Changed entry={entry} />
    </div>
  )
}

/** What was before and after; of what came to be or went away, what it is or was. */
function Changed({ entry: { before, after } }: { entry: AuditEntry }) {
  const { t } = useTranslation('audit')
  const differences = factsDifference(before, after)
  if (differences.length === 0) return <p className={styles.none}>{t('noFacts')}</p>
  if (before === null || after === null) {
    return <Pairs pairs={differences.map(({ pointer, from, to }) => [pointer, to ?? from ?? ''] as const)} />
  }
  return (
    <DifferenceList
      differences={differences}
      words={{ before: t('before'), after: t('after'), notKept: t('notKept') }}
    />
  )
}
