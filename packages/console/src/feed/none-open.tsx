import { Kbd } from '@mantine/core'
import styles from './panel.module.css'

/** Stands beside a list of which nothing is open: what to do, and the keys that do it. */
export function NoneOpen({ title, text }: { title: string; text: string }) {
  return (
    <div className={styles.none}>
      <h2>{title}</h2>
      <p>{text}</p>
      <p className={styles.keys} aria-hidden>
        <Kbd>j</Kbd> <Kbd>k</Kbd> <Kbd>Enter</Kbd> <Kbd>Esc</Kbd> <Kbd>?</Kbd>
      </p>
    </div>
  )
}
