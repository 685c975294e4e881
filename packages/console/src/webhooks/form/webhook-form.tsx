import { Button } from '@mantine/core'
import type { NewWebhook, Webhook } from 'livehook/contract'
import { useRef, useState, type ReactNode, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/call.ts'
import { useMay } from '../../frame/use-may.ts'
import '../../look/mantine-forms.css'
import { visibleText } from '../../text/visible-text.ts'
import { AsksSection } from './asks-section.tsx'
import { CommandPicker, type Deciders } from './command-picker.tsx'
import { DeliverySection } from './delivery-section.tsx'
import { changedMembers, draftOf, readDraft, type Draft } from './draft.ts'
import styles from './form.module.css'
import { refusalsAt, refusalsOfError, type Refusal } from './refusals.ts'
import { TlsSection } from './tls-section.tsx'
import { useCheck } from './use-check.ts'
import { useLeaveGuard } from './use-leave-guard.ts'
import { WhereSection } from './where-section.tsx'

export interface WebhookFormProps {
  sdkAppId: number
  /** The webhook that is changed; without one, the form is for a new one. */
  webhook?: Webhook
  deciders: Deciders
  /** What was sent last was refused for this reason; `null` where it was not. */
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
  const { webhook } = props
  const may = useMay()
  // As it was when the form was opened: what somebody else changes meanwhile is none of this form's changes.
  const [opened, setOpened] = useState({ draft: draftOf(webhook), at: webhook?.updatedAt })
  const [draft, setDraft] = useState<Draft>(opened.draft)
  const [isTried, setTried] = useState(false)
  const [isChangedSince, setChangedSince] = useState(false)
  const form = useRef<HTMLFormElement>(null)
  useLeaveGuard(isChangedSince || props.error !== null, t('form.leave'))
  if (props.saved !== undefined && props.saved.updatedAt !== opened.at) {
    // What was saved is where the next change starts from; what was typed since stays.
    setOpened({ draft: draftOf(props.saved), at: props.saved.updatedAt })
    if (!isChangedSince) setDraft(draftOf(props.saved))
  }
  const { members, problems } = readDraft(draft)
  const check = useCheck(props.sdkAppId, members, webhook?.webhookId)
  // An empty field is no mistake before somebody says that the form is done.
  const own = problems.filter(({ kind }) => isTried || kind !== 'missing')
  const refusals: readonly Refusal[] = [
    ...own.map((problem) => ({ from: 'form' as const, problem })),
    ...(check?.problems ?? []).map((problem) => ({ from: 'service' as const, problem })),
    ...(isChangedSince ? [] : refusalsOfError(props.error)),
  ]
  const change = (changed: Partial<Draft>) => {
    setDraft((known) => ({ ...known, ...changed }))
    setChangedSince(true)
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setTried(true)
    setChangedSince(false)
    if (problems.length > 0) {
      // Once the fields say what is wrong.
      window.setTimeout(() =>
        form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [role="alert"]')?.focus(),
      )
      return
    }
    props.onSubmit(webhook === undefined ? members : changedMembers(readDraft(opened.draft).members, members))
  }
  const parts = { sdkAppId: props.sdkAppId, draft, change, refusals }
  return (
    <form ref={form} className={styles.form} noValidate onSubmit={submit} aria-label={props.submitLabel}>
      {/* Whoever may only look sees what there is. */}
      <fieldset className={styles.sections} disabled={!may.change}>
        <WhereSection {...parts} requestUrl={members.url === undefined ? null : (check?.requestUrl ?? null)} />
        <CommandPicker {...parts} deciders={props.deciders} />
        <DeliverySection {...parts} />
        <AsksSection {...parts} />
        <TlsSection {...parts} certificateEndsAt={webhook?.tls?.certificateEndsAt ?? null} />
      </fieldset>
      <div className={styles.foot}>
        {!may.change && <p className={styles.hint}>{t('mayNot')}</p>}
        <div className={styles.buttons}>
          {may.change && (
            <Button type="submit" loading={props.isBusy}>
              {props.submitLabel}
            </Button>
          )}
          {may.change && props.children}
          <output className={styles.saved}>
            {props.saved !== undefined && !isChangedSince ? t('form.saved') : ''}
          </output>
        </div>
        {isTried && own.length > 0 && <p className={styles.footError}>{t('form.mendFirst')}</p>}
        {!isChangedSince && props.error !== null && <Refused error={props.error} refusals={refusals} />}
      </div>
    </form>
  )
}

/** A refusal as a whole, where no field says it. */
function Refused({ error, refusals }: { error: Error; refusals: readonly Refusal[] }) {
  const { t } = useTranslation('registration')
  const isAtField = fieldPointers.some((pointer) => refusalsAt(refusals, pointer).length > 0)
  const text = error instanceof ApiError ? (error.detail ?? error.message) : error.message
  return (
    <p className={styles.footError} role="alert">
      {isAtField ? t('form.mendFirst') : visibleText(text)}
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
