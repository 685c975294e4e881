import { Modal } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoomWords } from '../i18n/use-room-words.ts'
import { classes } from '../look/classes.ts'
import { findEntries, groups, type PaletteEntry } from './entries.ts'
import styles from './palette.module.css'
import { useEntries, type EntriesDeps } from './use-entries.ts'

export interface PaletteProps extends EntriesDeps {
  isOpen: boolean
  onClose: () => void
}

/** One box that leads everywhere: rooms, apps, webhooks, commands, anything by its id, and what can be done. */
export function Palette(props: PaletteProps) {
  const isReady = useRoomWords('palette')
  const { t } = useTranslation('palette')
  if (!isReady) return null
  return (
    // At once, in and out: anyone who works by keyboard types on, and must not type into what is fading away.
    <Modal.Root
      opened={props.isOpen}
      onClose={props.onClose}
      size="lg"
      yOffset="12vh"
      lockScroll={false}
      transitionProps={{ duration: 0 }}
    >
      <Modal.Overlay />
      <Modal.Content aria-label={t('title')} className={styles.dialog}>
        <Box {...props} />
      </Modal.Content>
    </Modal.Root>
  )
}

/** It lives as long as the dialog is open, so that each time starts with nothing typed. */
function Box(props: PaletteProps) {
  const { t } = useTranslation('palette')
  const [text, setText] = useState('')
  const [cursor, setCursor] = useState(0)
  const found = findEntries(useEntries(props, text), text)
  const current = found[Math.min(cursor, found.length - 1)]
  const input = useRef<HTMLInputElement>(null)
  // At once; the dialog's own focus comes a moment later.
  useLayoutEffect(() => input.current?.focus(), [])
  const currentId = current === undefined ? undefined : elementId(current)
  useEffect(() => {
    if (currentId !== undefined) document.querySelector(`#${currentId}`)?.scrollIntoView({ block: 'nearest' })
  }, [currentId])
  const run = (entry: PaletteEntry | undefined) => {
    if (entry === undefined) return
    props.onClose()
    entry.run()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // An input method's own Enter takes a word over; it is not ours.
    if (event.nativeEvent.isComposing) return
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Enter') run(current)
    else if (by !== undefined && found.length > 0) {
      setCursor((Math.min(cursor, found.length - 1) + by + found.length) % found.length)
    } else return
    event.preventDefault()
  }
  return (
    <>
      <div className={styles.field}>
        <IconSearch size={17} stroke={1.75} aria-hidden />
        <input
          ref={input}
          className={styles.input}
          data-autofocus
          role="combobox"
          aria-expanded
          aria-controls="palette-list"
          aria-activedescendant={currentId}
          aria-label={t('title')}
          placeholder={t('placeholder')}
          spellCheck={false}
          autoComplete="off"
          maxLength={200}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value)
            setCursor(0)
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        id="palette-list"
        className={styles.list}
        // eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- a <datalist> has no groups and cannot be styled
        role="listbox"
        tabIndex={-1}
        aria-label={t('title')}
      >
        {groups.map((group) => {
          const entries = found.filter((entry) => entry.group === group)
          if (entries.length === 0) return null
          return (
            // eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- no <fieldset>: it holds no fields
            <div key={group} role="group" aria-label={t(`group.${group}`)}>
              <div className={styles.group} aria-hidden>
                {t(`group.${group}`)}
              </div>
              {entries.map((entry) => (
                <Option key={entry.id} entry={entry} isCurrent={entry.id === current?.id} onRun={run} />
              ))}
            </div>
          )
        })}
      </div>
      <output className={styles.none}>{found.length === 0 ? t('none') : ''}</output>
    </>
  )
}

function Option(props: { entry: PaletteEntry; isCurrent: boolean; onRun: (entry: PaletteEntry) => void }) {
  const { entry } = props
  return (
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events -- the box above serves the keyboard
    <div
      id={elementId(entry)}
      className={classes(styles.option, props.isCurrent && styles.isCurrent)}
      // eslint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <option> may hold nothing but text
      role="option"
      aria-selected={props.isCurrent}
      tabIndex={-1}
      onClick={() => props.onRun(entry)}
    >
      <bdi className={styles.label}>{entry.label}</bdi>
      {entry.hint !== undefined && <bdi className={styles.hint}>{entry.hint}</bdi>}
    </div>
  )
}

function elementId({ id }: PaletteEntry): string {
  return `palette-${id.replaceAll(/[^\w]+/g, '-')}`
}
