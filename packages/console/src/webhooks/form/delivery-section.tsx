import { ActionIcon, Button, Switch, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { nextId, type HeaderRow } from './draft.ts'
import { Choice, NumberField, Section, TextField, useFieldError } from './fields.tsx'
import styles from './form.module.css'
import type { PartProps } from './part-props.ts'

/** How patiently and how fast a webhook is served, what is kept, and whether it is served at all. */
export function DeliverySection(parts: PartProps) {
  const { t } = useTranslation('registration')
  const { draft, change } = parts
  return (
    <Section title={t('form.delivery')}>
      <SwitchFields {...parts} />
      <PaceFields {...parts} />
      <RetryFields {...parts} />
      <Choice
        label={t('form.keepBodies')}
        hint={t('form.keepBodiesHint')}
        value={draft.keepBodies}
        choices={[
          ['always', t('form.keepAlways')],
          ['failed', t('form.keepFailed')],
          ['never', t('form.keepNever')],
        ]}
        onChoose={(keepBodies) => change({ keepBodies })}
      />
      <Headers {...parts} />
    </Section>
  )
}

function SwitchFields({ draft, change }: PartProps) {
  const { t } = useTranslation('registration')
  return (
    <div className={styles.switches}>
      <Switch
        label={t('form.enabled')}
        description={t('form.enabledHint')}
        checked={draft.enabled}
        onChange={(event) => change({ enabled: event.currentTarget.checked })}
      />
      <Switch
        label={t('form.paused')}
        description={t('form.pausedHint')}
        checked={draft.paused}
        onChange={(event) => change({ paused: event.currentTarget.checked })}
      />
    </div>
  )
}

/** How long an attempt may take, how many go at once, and how fast they start. */
function PaceFields({ draft, change, refusals }: PartProps) {
  const { t } = useTranslation('registration')
  return (
    <div className={styles.numbers}>
      <NumberField
        label={t('form.timeout')}
        hint={t('form.timeoutHint')}
        unit="ms"
        value={draft.timeoutMs}
        onValue={(timeoutMs) => change({ timeoutMs })}
        refusals={refusals}
        pointer="/timeoutMs"
      />
      <NumberField
        label={t('form.maxInFlight')}
        hint={t('form.maxInFlightHint')}
        value={draft.maxInFlight}
        onValue={(maxInFlight) => change({ maxInFlight })}
        refusals={refusals}
        pointer="/maxInFlight"
      />
      <NumberField
        label={t('form.rate')}
        hint={t('form.rateHint')}
        unit="/s"
        placeholder={t('form.noLimit')}
        value={draft.ratePerSecond}
        onValue={(ratePerSecond) => change({ ratePerSecond })}
        refusals={refusals}
        pointer="/ratePerSecond"
      />
    </div>
  )
}

function RetryFields({ draft, change, refusals }: PartProps) {
  const { t } = useTranslation('registration')
  return (
    <>
      <Choice
        label={t('form.retry')}
        value={draft.retryKind}
        choices={[
          ['usual', t('form.retryUsual')],
          ['own', t('form.retryOwn')],
          ['none', t('form.retryNone')],
        ]}
        onChoose={(retryKind) => change({ retryKind })}
      />
      {draft.retryKind === 'own' && (
        <TextField
          label={t('form.retrySchedule')}
          hint={t('form.retryScheduleHint')}
          isCode
          value={draft.retrySchedule}
          onValue={(retrySchedule) => change({ retrySchedule })}
          refusals={refusals}
          pointer="/retry"
        />
      )}
    </>
  )
}

function Headers({ draft, change, refusals }: PartProps) {
  const { t } = useTranslation('registration')
  const { headers } = draft
  const replace = (row: HeaderRow) => change({ headers: headers.map((known) => (known.id === row.id ? row : known)) })
  return (
    <fieldset className={styles.rows}>
      <legend>{t('form.headers')}</legend>
      <p className={styles.hint}>{t('form.headersHint')}</p>
      {headers.map((row) => (
        <HeaderLine
          key={row.id}
          row={row}
          refusals={refusals}
          onChange={replace}
          onRemove={() => change({ headers: headers.filter(({ id }) => id !== row.id) })}
        />
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} stroke={1.75} aria-hidden />}
          onClick={() => change({ headers: [...headers, { id: nextId(headers), name: '', value: '' }] })}
        >
          {t('form.addHeader')}
        </Button>
      </div>
    </fieldset>
  )
}

function HeaderLine(props: {
  row: HeaderRow
  refusals: PartProps['refusals']
  onChange: (row: HeaderRow) => void
  onRemove: () => void
}) {
  const { t } = useTranslation('registration')
  const { row, refusals } = props
  const own = useFieldError(refusals, `/headers#${row.id}`)
  const refused = useFieldError(refusals, `/headers/${row.name.trim()}`)
  return (
    <div className={styles.row}>
      <TextInput
        aria-label={t('form.headerName')}
        placeholder={t('form.headerName')}
        value={row.name}
        error={own ?? refused}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: styles.code }}
        onChange={(event) => props.onChange({ ...row, name: event.currentTarget.value })}
      />
      <TextInput
        aria-label={t('form.headerValue')}
        placeholder={t('form.headerValue')}
        value={row.value}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: styles.code }}
        onChange={(event) => props.onChange({ ...row, value: event.currentTarget.value })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={t('form.removeHeader', { name: row.name })}
        onClick={props.onRemove}
      >
        <IconX size={15} stroke={1.75} aria-hidden />
      </ActionIcon>
    </div>
  )
}
