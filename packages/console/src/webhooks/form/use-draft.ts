import type { NewWebhook, Webhook } from 'livehook/contract'
import { useState } from 'react'
import { changedMembers, draftOf, readDraft, type Draft } from './draft.ts'
import { refusalsOfError, type Refusal } from './refusals.ts'
import { useCheck } from './use-check.ts'

interface DraftRequest {
  readonly sdkAppId: number
  /** The webhook that is changed; without one, a new one is drafted. */
  readonly webhook: Webhook | undefined
  /** As the service kept it when it was saved last. */
  readonly saved: Webhook | undefined
  /** Why what was sent last was refused. */
  readonly error: Error | null
}

/** The state of the form: what stands in it, what is wrong with it from all sides, and what is to be sent. */
export function useDraft({ sdkAppId, webhook, saved, error }: DraftRequest) {
  // As it was when the form was opened: what someone else changes meanwhile is none of this form's changes.
  const [opened, setOpened] = useState({ draft: draftOf(webhook), at: webhook?.updatedAt })
  const [draft, setDraft] = useState<Draft>(opened.draft)
  const [isTried, setTried] = useState(false)
  const [isChangedSince, setChangedSince] = useState(false)
  if (saved !== undefined && saved.updatedAt !== opened.at) {
    // What was saved is where the next change starts from; what was typed since stays.
    setOpened({ draft: draftOf(saved), at: saved.updatedAt })
    if (!isChangedSince) setDraft(draftOf(saved))
  }
  const { members, problems } = readDraft(draft)
  const check = useCheck(sdkAppId, members, webhook?.webhookId)
  // An empty field is no mistake before someone says that the form is done.
  const own = problems.filter(({ kind }) => isTried || kind !== 'missing')
  const refusals: readonly Refusal[] = [
    ...own.map((problem) => ({ from: 'form' as const, problem })),
    ...(check?.problems ?? []).map((problem) => ({ from: 'service' as const, problem })),
    ...(isChangedSince ? [] : refusalsOfError(error)),
  ]
  return {
    draft,
    refusals,
    requestUrl: members.url === undefined ? null : (check?.requestUrl ?? null),
    /** Where the URL leads to right now; `undefined` until the service has said so. */
    destination: members.url === undefined ? undefined : (check?.destination ?? undefined),
    /** Whether something was typed since it was sent, or since the form was opened. */
    isChangedSince,
    /** Whether it was to be sent and has fields that cannot be. */
    isUnreadable: isTried && own.length > 0,
    change: (changed: Partial<Draft>) => {
      setDraft((known) => ({ ...known, ...changed }))
      setChangedSince(true)
    },
    /** @returns what is to be sent; `undefined` if the fields must be mended first */
    submit: (): Partial<NewWebhook> | undefined => {
      setTried(true)
      setChangedSince(false)
      if (problems.length > 0) return undefined
      return webhook === undefined ? members : changedMembers(readDraft(opened.draft).members, members)
    },
  }
}
