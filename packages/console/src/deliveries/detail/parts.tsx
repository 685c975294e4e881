import type { ReactNode } from 'react'
import { Stranger } from '../../text/stranger.tsx'
import { visibleText } from '../../text/visible-text.ts'
import styles from './parts.module.css'

/** A named part of a tab. */
export function Part({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <div className={styles.head}>
        <h4 className={styles.title}>{title}</h4>
        {aside}
      </div>
      {children}
    </section>
  )
}

/** Names and values, for instance headers, as they came. */
export function Pairs({ pairs }: { pairs: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className={styles.pairs}>
      {pairs.map(([name, value], index) => (
        // Header names may come twice, so a name alone is no identity.
        // eslint-disable-next-line react/no-array-index-key -- see above
        <div key={`${index} ${name}`} className={styles.pair}>
          <dt>
            <Stranger text={name} />
          </dt>
          <dd>{typeof value === 'string' ? <bdi>{visibleText(value)}</bdi> : value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A sentence in place of something that is not there. */
export function Absent({ children }: { children: ReactNode }) {
  return <p className={styles.absent}>{children}</p>
}
