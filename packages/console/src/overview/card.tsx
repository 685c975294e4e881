import type { ReactNode } from 'react'
import styles from './overview-page.module.css'

/** A part of the overview with its name. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.card} aria-label={title}>
      <h2 className={styles.cardTitle}>{title}</h2>
      {children}
    </section>
  )
}
