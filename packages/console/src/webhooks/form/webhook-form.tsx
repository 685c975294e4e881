import { Button } from '@mantine/core'
import type { NewWebhook, Webhook } from 'livehook/contract'
import { useRef, type ReactNode, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '../../frame/use-may.ts'
import '../../look/mantine-forms.css'
import { useRefusalText } from '../../look/refusal.tsx'
import { AsksSection } from './asks-section.tsx'
import { CommandPicker, type Deciders } from './command-picker.tsx'
import { DeliverySection } from './delivery-section.tsx'
import styles from './form.module.css'
import { refusalsAt, type Refusal } from './refusals.ts'
import { TlsSection } from './tls-section.tsx'
import { useDraft } from './use-draft.ts'
import { useLeaveGuard } from './use-leave-guard.ts'
import { WhereSection } from './where-section.tsx'

export interface WebhookFormProps {
  sdkAppId: number
  /** The webhook that is changed; without one, the form is for a new one. */
  webhook?: Webhook
  deciders: Deciders
  /** What was sent last was refused for this reason; `null` if it was not. */
  error: Error | null
  isBusy: boolean
  /** As the service kept it when it was saved last. */
  saved?: Webhook | undefined
  submitLabel: string
  onSubmit: (members: Partial<NewWebhook>) => void
  /** Further buttons beside the one that sends. */
  children?: ReactNode
}

/** Everything that a webhook is but its token: checked while typing, refused at the field that is wrong. */
export function WebhookForm(props: WebhookFormProps) {
  const { t } = useTranslation('registration')
  const { sdkAppId, webhook, saved, error } = props
  const may = useMay()
  const form = useRef<HTMLFormElement>(null)
  const state = useDraft({ sdkAppId, webhook, saved, error })
  useLeaveGuard(state.isChangedSince || error !== null, t('form.leave'))
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const members = state.submit()
    if (members !== undefined) return props.onSubmit(members)
    // Once the fields say what is wrong.
    window.setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
  }
  const parts = { sdkAppId, draft: state.draft, change: state.change, refusals: state.refusals }
  return (
    <form ref={form} className={styles.form} noValidate onSubmit={submit} aria-label={props.submitLabel}>
      {/* Anyone who may only look sees what there is. */}
      <fieldset className={styles.sections} disabled={!may.change}>
        <WhereSection {...parts} requestUrl={state.requestUrl} destination={state.destination} />
        <CommandPicker {...parts} deciders={props.deciders} />
        <DeliverySection {...parts} />
        <AsksSection {...parts} />
        <TlsSection {...parts} certificateEndsAt={webhook?.tls?.certificateEndsAt ?? null} />
      </fieldset>
      <div className={styles.foot}>
        <Buttons form={props} mayChange={may.change} isSaved={saved !== undefined && !state.isChangedSince} />
        {state.isUnreadable && <p className={styles.footError}>{t('form.mendFirst')}</p>}
        {!state.isChangedSince && error !== null && <Refused error={error} refusals={state.refusals} />}
      </div>
    </form>
  )
}

function Buttons({ form, mayChange, isSaved }: { form: WebhookFormProps; mayChange: boolean; isSaved: boolean }) {
  const { t } = useTranslation('registration')
  if (!mayChange) return <p className={styles.hint}>{t('mayNot')}</p>
  return (
    <div className={styles.buttons}>
      <Button type="submit" loading={form.isBusy}>
        {form.submitLabel}
      </Button>
      {form.children}
      <output className={styles.saved}>{isSaved ? t('form.saved') : ''}</output>
    </div>
  )
}

/** A refusal as a whole, if no field says it. */
function Refused({ error, refusals }: { error: Error; refusals: readonly Refusal[] }) {
  const { t } = useTranslation('registration')
  const textOf = useRefusalText()
  const isAtField = fieldPointers.some((pointer) => refusalsAt(refusals, pointer).length > 0)
  return (
    <p className={styles.footError} role="alert">
      {isAtField ? t('form.mendFirst') : textOf(error)}
    </p>
  )
}

const fieldPointers = [
  '/name',
  '/url',
  '/commands',
  '/timeoutMs',
  '/maxInFlight',
  '/ratePerSecond',
  '/retry',
  '/headers',
  '/askDeadlineMs',
  '/failurePolicy',
  '/trial',
  '/tls',
] as const
