import { prettyJson } from '../text/pretty-json.ts'
import { Stranger } from '../text/stranger.tsx'
import { visibleText } from '../text/visible-text.ts'
import styles from './difference-list.module.css'

export interface Difference {
  /** Where: a JSON pointer, or the name of a member. */
  readonly pointer: string
  /** JSON of what stood there; absent if nothing did, or where it is not kept. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export interface DifferenceWords {
  readonly before: string
  readonly after: string
  /** Said where neither is known. */
  readonly notKept: string
}

/** What changed, member by member: before and after, told apart by word and colour. */
export function DifferenceList(props: { differences: readonly Difference[]; words: DifferenceWords }) {
  const { words } = props
  return (
    <ul className={styles.list}>
      {props.differences.map(({ pointer, from, to }) => (
        <li key={pointer} className={styles.entry}>
          <Stranger text={pointer} className={styles.pointer} />
          {from === undefined && to === undefined ? (
            <p className={styles.note}>{words.notKept}</p>
          ) : (
            <div className={styles.lines}>
              {from !== undefined && (
                <del className={styles.from}>
                  <span className={styles.sign}>{words.before}</span>
                  <Value json={from} />
                </del>
              )}
              {to !== undefined && (
                <ins className={styles.to}>
                  <span className={styles.sign}>{words.after}</span>
                  <Value json={to} />
                </ins>
              )}
            </div>
          )}
        </li>
      ))}
    </ul>
  )
}

function Value({ json }: { json: string }) {
  return (
    // Focusable, since a long one scrolls.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
    <pre className={styles.value} tabIndex={0}>
      <bdi>{visibleText(prettyJson(json) ?? json)}</bdi>
    </pre>
  )
}
