import styles from './brand.module.css'

/** The product's mark and name. */
export function Brand() {
  return (
    <span className={styles.brand}>
      <svg className={styles.mark} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" />
        <path d="M11 7v10.5a5.5 5.5 0 0 0 11 0V15" />
        <path d="m18 17.5 4-4.2 4 4.2" />
      </svg>
      livehook
    </span>
  )
}
