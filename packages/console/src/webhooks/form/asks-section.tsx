import { ActionIcon, Button } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { commandsQuery } from '../../api/queries.ts'
import { useServices } from '../../services.ts'
import { failureClasses, nextId, type PolicyRow } from './draft.ts'
import { Choice, NumberField, Section, TextField, useFieldError } from './fields.tsx'
import styles from './form.module.css'
import type { PartProps } from './part-props.ts'

/** What concerns *before* commands only: by when they are answered, what a failure means, and a second URL to try. */
export function AsksSection(parts: PartProps) {
  const { t } = useTranslation('registration')
  const { draft, change, refusals } = parts
  return (
    <Section title={t('form.asks')} hint={t('form.asksHint')}>
      <div className={styles.numbers}>
        <NumberField
          label={t('form.askDeadline')}
          hint={t('form.askDeadlineHint')}
          unit="ms"
          value={draft.askDeadlineMs}
          onValue={(askDeadlineMs) => change({ askDeadlineMs })}
          refusals={refusals}
          pointer="/askDeadlineMs"
        />
      </div>
      <Policy {...parts} />
      <TrialFields {...parts} />
    </Section>
  )
}

function TrialFields({ draft, change, refusals }: PartProps) {
  const { t } = useTranslation('registration')
  return (
    <>
      <Choice
        label={t('form.trial')}
        hint={t('form.trialHint')}
        value={draft.trialKind}
        choices={[
          ['none', t('form.trialNone')],
          ['shadow', t('form.trialShadow')],
          ['share', t('form.trialShare')],
        ]}
        onChoose={(trialKind) => change({ trialKind })}
      />
      {draft.trialKind !== 'none' && (
        <TextField
          label={t('form.trialUrl')}
          isCode
          value={draft.trialUrl}
          onValue={(trialUrl) => change({ trialUrl })}
          refusals={refusals}
          pointer="/trial/url"
        />
      )}
      {draft.trialKind === 'share' && (
        <div className={styles.numbers}>
          <NumberField
            label={t('form.trialPercent')}
            unit="%"
            value={draft.trialPercent}
            onValue={(trialPercent) => change({ trialPercent })}
            refusals={refusals}
            pointer="/trial/percent"
          />
        </div>
      )}
    </>
  )
}

function Policy({ sdkAppId, draft, change, refusals }: PartProps) {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const commands = useQuery(commandsQuery(api, sdkAppId))
  const { policy } = draft
  const asked = (commands.data ?? []).filter(({ phase, configOnly }) => phase === 'before' && !configOnly)
  const words = asked.map(({ command }) => command)
  const add = () => {
    const command = words.find((word) => draft.commands.includes(word)) ?? '*'
    change({ policy: [...policy, { id: nextId(policy), command, failureClass: '*', choice: 'deny' }] })
  }
  return (
    <fieldset className={styles.rows}>
      <legend>{t('form.policy')}</legend>
      <p className={styles.hint}>{t('form.policyHint')}</p>
      {policy.map((row) => (
        <PolicyLine
          key={row.id}
          row={row}
          words={words}
          refusals={refusals}
          onChange={(next) => change({ policy: policy.map((known) => (known.id === next.id ? next : known)) })}
          onRemove={() => change({ policy: policy.filter(({ id }) => id !== row.id) })}
        />
      ))}
      <div>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPlus size={14} stroke={1.75} aria-hidden />}
          onClick={add}
        >
          {t('form.addPolicy')}
        </Button>
      </div>
    </fieldset>
  )
}

function PolicyLine(props: {
  row: PolicyRow
  words: readonly string[]
  refusals: PartProps['refusals']
  onChange: (row: PolicyRow) => void
  onRemove: () => void
}) {
  const { t } = useTranslation('registration')
  const { row, words, onChange } = props
  const own = useFieldError(props.refusals, `/failurePolicy#${row.id}`)
  const refused = useFieldError(props.refusals, `/failurePolicy/${row.command}`)
  // A word that the catalogue no longer has is shown all the same: it stands in the webhook.
  const known = ['*', ...words, ...(row.command === '*' || words.includes(row.command) ? [] : [row.command])]
  return (
    <div className={styles.row}>
      <Choice
        label={t('form.policyCommand')}
        isLabelHidden
        value={row.command}
        error={own ?? refused}
        choices={known.map((word) => [word, word === '*' ? t('form.everyAsked') : word])}
        onChoose={(command) => onChange({ ...row, command })}
      />
      <Choice
        label={t('form.policyClass')}
        isLabelHidden
        value={row.failureClass}
        choices={failureClasses.map((name) => [name, name === '*' ? t('form.anyFailure') : t(`failureClass.${name}`)])}
        onChoose={(failureClass) => onChange({ ...row, failureClass })}
      />
      <Choice
        label={t('form.policyChoice')}
        isLabelHidden
        value={row.choice}
        choices={[
          ['deny', t('form.deny')],
          ['allow', t('form.allow')],
          ['default', t('form.byCatalogue')],
        ]}
        onChoose={(choice) => onChange({ ...row, choice })}
      />
      <ActionIcon
        variant="subtle"
        color="gray"
        size={34}
        aria-label={t('form.removePolicy', { command: row.command })}
        onClick={props.onRemove}
      >
        <IconX size={15} stroke={1.75} aria-hidden />
      </ActionIcon>
    </div>
  )
}
