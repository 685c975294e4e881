import { Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { classes } from '../../look/classes.ts'
import styles from './feed-bar.module.css'

/** One of a few, side by side, of which one is on: the states of a list. */
export function Segments<Value extends string>(props: {
  label: string
  /** `undefined` stands for all of them. */
  value: Value | undefined
  all: string
  choices: readonly (readonly [value: Value, word: string])[]
  onChoose: (value: Value | undefined) => void
}) {
  const choices = [[undefined, props.all] as const, ...props.choices]
  return (
    <fieldset className={styles.states} aria-label={props.label}>
      {choices.map(([value, word]) => (
        <button
          key={value ?? ''}
          type="button"
          className={classes(styles.segment, props.value === value && styles.isOn)}
          aria-pressed={props.value === value}
          onClick={() => props.onChoose(value)}
        >
          {word}
        </button>
      ))}
    </fieldset>
  )
}

/** One of many, from a menu behind a chip that says which. */
export function MenuChip<Value extends string>(props: {
  /** What is chosen, in a word, if nothing is. */
  word: string
  value: Value | undefined
  any: string
  choices: readonly (readonly [value: Value, word: string])[]
  onChoose: (value: Value | undefined) => void
}) {
  const chosen = props.choices.find(([value]) => value === props.value)
  const choose = (value: string) => props.onChoose(props.choices.find(([known]) => known === value)?.[0])
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <button type="button" className={classes(styles.chip, chosen !== undefined && styles.isOn)}>
          <span className={styles.chipText}>{chosen?.[1] ?? props.word}</span>
          <IconChevronDown size={14} stroke={2} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={props.value ?? ''} onChange={choose}>
          <Menu.RadioItem value="" closeMenuOnClick>
            {props.any}
          </Menu.RadioItem>
          {props.choices.map(([value, word]) => (
            <Menu.RadioItem key={value} value={value} closeMenuOnClick>
              {word}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}
