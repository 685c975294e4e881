import { NativeSelect, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { visibleText } from '../../text/visible-text.ts'
import styles from './form.module.css'
import { refusalsAt, type Refusal } from './refusals.ts'

/** A part of the form that belongs together. */
export function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2 className={styles.sectionTitle}>{title}</h2>
      {hint !== undefined && <p className={styles.hint}>{hint}</p>}
      {children}
    </section>
  )
}

/** What is wrong with a field, in the language that is spoken if it is known in it; `undefined` if nothing is. */
export function useFieldError(refusals: readonly Refusal[], pointer: string): ReactNode | undefined {
  const { t, i18n } = useTranslation('registration')
  const found = refusalsAt(refusals, pointer)
  if (found.length === 0) return undefined
  const sentences = [...new Set(found.flatMap(sentencesOf))]
  return (
    <span className={styles.error}>
      {sentences.map((sentence) => (
        <span key={sentence}>{visibleText(sentence)}</span>
      ))}
    </span>
  )

  function sentencesOf(refusal: Refusal): readonly string[] {
    if (refusal.from === 'form') {
      const { kind, min, max } = refusal.problem
      return [t(`wrong.${kind}`, { min: min ?? 0, max: max ?? 0 })]
    }
    const { advice, detail, code } = refusal.problem
    if (i18n.language !== 'zh') return advice.en.length > 0 ? advice.en : [detail]
    if (advice.zh.length > 0) return advice.zh
    // What the service says in English only is said in our words first.
    return isWorded(code) ? [t(`refused.${code}`), detail] : [detail]
  }
}

const wordedCodes = ['unknown_command', 'command_taken', 'invalid_header', 'invalid_tls', 'invalid_request'] as const

function isWorded(code: string): code is (typeof wordedCodes)[number] {
  return wordedCodes.some((known) => known === code)
}

interface TextFieldProps {
  label: string
  hint?: string
  value: string
  onValue: (value: string) => void
  refusals: readonly Refusal[]
  pointer: string
  unit?: string
  isCode?: boolean
  isRequired?: boolean
  placeholder?: string
}

/** One line of text, with what is wrong with it. */
export function TextField(props: TextFieldProps) {
  const error = useFieldError(props.refusals, props.pointer)
  return (
    <TextInput
      label={props.label}
      description={props.hint}
      value={props.value}
      error={error}
      placeholder={props.placeholder}
      required={props.isRequired === true}
      withAsterisk={false}
      spellCheck={false}
      autoComplete="off"
      classNames={props.isCode === true ? { input: styles.code } : {}}
      onChange={(event) => props.onValue(event.currentTarget.value)}
    />
  )
}

/** A whole number with its unit behind it. */
export function NumberField(props: TextFieldProps) {
  const error = useFieldError(props.refusals, props.pointer)
  return (
    <TextInput
      className={styles.number}
      label={props.label}
      description={props.hint}
      value={props.value}
      error={error}
      placeholder={props.placeholder}
      inputMode="numeric"
      autoComplete="off"
      rightSection={props.unit === undefined ? undefined : <span className={styles.unit}>{props.unit}</span>}
      rightSectionWidth={props.unit === undefined ? undefined : 52}
      onChange={(event) => props.onValue(event.currentTarget.value)}
    />
  )
}

/** One of a few words. */
export function Choice<Value extends string>(props: {
  label: string
  isLabelHidden?: boolean
  hint?: string
  value: Value
  choices: readonly (readonly [Value, string])[]
  error?: ReactNode
  onChoose: (value: Value) => void
}) {
  const choose = (value: string) => {
    const chosen = props.choices.find(([known]) => known === value)
    if (chosen !== undefined) props.onChoose(chosen[0])
  }
  return (
    <NativeSelect
      {...(props.isLabelHidden === true ? { 'aria-label': props.label } : { label: props.label })}
      description={props.hint}
      error={props.error}
      value={props.value}
      data={props.choices.map(([value, label]) => ({ value, label }))}
      onChange={(event) => choose(event.currentTarget.value)}
    />
  )
}
