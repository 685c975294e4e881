import { Button, NativeSelect, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Webhook } from 'livehook/contract'
import { lazy, Suspense, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { CommandBlock } from '../look/command-block.tsx'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import { ExactInstant, useWhen } from '../text/instant.tsx'
import { makeToken } from './make-token.ts'
import styles from './token-tab.module.css'

const RemoveTokenDialog = lazy(async () => ({
  default: (await import('./remove-token-dialog.tsx')).RemoveTokenDialog,
}))

/** What a person does with a token; removing it is asked about first. */
type TokenMove =
  | { readonly kind: 'make' }
  | { readonly kind: 'rotate'; readonly overlapSeconds: number }
  | { readonly kind: 'use'; readonly token: string }
  | { readonly kind: 'reveal' }

/** A token on the screen: made just now and never to be shown again, or looked at on purpose. */
interface Shown {
  readonly token: string
  readonly isNew: boolean
}

/** The token of a webhook: made, shown once, masked, replaced with an overlap, looked at, taken away. */
export function TokenTab({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('registration')
  const may = useMay()
  const [isRemoving, setRemoving] = useState(false)
  const { move, shown, hide } = useTokenMove(webhook)
  return (
    <div className={styles.tab}>
      <p className={styles.state}>{stateWords()}</p>
      <p className={styles.hint}>{webhook.tokenSet ? t('token.setHint') : t('token.notSetHint')}</p>
      {webhook.tokenRotationEndsAt !== null && <Rotation endsAt={webhook.tokenRotationEndsAt} />}
      {shown !== undefined && <ShownToken shown={shown} onHide={hide} />}
      <Refusal error={move.error} className={styles.error} />
      {!may.change && <p className={styles.note}>{t('mayNot')}</p>}
      {may.change && (
        <>
          <Next webhook={webhook} isBusy={move.isPending} onMove={(wanted) => move.mutate(wanted)} />
          {webhook.tokenSet && (
            <div className={styles.buttons}>
              <Button variant="default" loading={move.isPending} onClick={() => move.mutate({ kind: 'reveal' })}>
                {t('token.reveal')}
              </Button>
              <span className={styles.note}>{t('token.revealHint')}</span>
              <Button variant="default" onClick={() => setRemoving(true)}>
                {t('token.removeAsk')}
              </Button>
            </div>
          )}
          <OwnToken
            // Empty again once it was set.
            key={webhook.updatedAt}
            isBusy={move.isPending}
            onSubmit={(token) => move.mutate({ kind: 'use', token })}
          />
        </>
      )}
      {isRemoving && (
        <Suspense fallback={null}>
          <RemoveTokenDialog
            webhook={webhook}
            onClose={() => {
              setRemoving(false)
              hide()
            }}
          />
        </Suspense>
      )}
    </div>
  )

  function stateWords(): string {
    if (!webhook.tokenSet) return t('token.notSet')
    return webhook.tokenHint === null ? t('token.setShort') : t('token.set', { hint: `…${webhook.tokenHint}` })
  }
}

function useTokenMove(webhook: Webhook) {
  const { api } = useServices()
  const queryClient = useQueryClient()
  // What was made or looked at is kept here and nowhere else: leaving the tab forgets it.
  const [shown, setShown] = useState<Shown | undefined>(undefined)
  const move = useMutation({
    networkMode: 'always',
    mutationFn: async (wanted: TokenMove): Promise<Shown | undefined> => {
      if (wanted.kind === 'reveal') {
        const { token } = await api.revealToken(webhook)
        return token === null ? undefined : { token, isNew: false }
      }
      if (wanted.kind === 'rotate') {
        return { token: (await api.rotateToken(webhook, wanted.overlapSeconds)).token, isNew: true }
      }
      const token = wanted.kind === 'use' ? wanted.token : makeToken((bytes) => crypto.getRandomValues(bytes))
      await api.setToken(webhook, token)
      return wanted.kind === 'use' ? undefined : { token, isNew: true }
    },
    onSuccess: async (next) => {
      setShown(next)
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(api, webhook.sdkAppId).queryKey })
    },
  })
  return { move, shown, hide: () => setShown(undefined) }
}

/** Two tokens count for a while: until when, and which of them does what. */
function Rotation({ endsAt }: { endsAt: string }) {
  const { t } = useTranslation('registration')
  const when = useWhen()
  return (
    <section className={styles.rotation} aria-label={t('token.rotating')}>
      <p className={styles.state}>{t('token.takesOver', { when: when(endsAt) })}</p>
      <p>
        {t('token.untilThen')} <ExactInstant at={endsAt} />
      </p>
    </section>
  )
}

function ShownToken({ shown, onHide }: { shown: Shown; onHide: () => void }) {
  const { t } = useTranslation('registration')
  const title = shown.isNew ? t('token.made') : t('token.revealed')
  return (
    <section className={styles.made} aria-label={title}>
      <h2 className={styles.madeTitle}>{title}</h2>
      {shown.isNew && <p>{t('token.onlyNow')}</p>}
      <CommandBlock command={shown.token} label={t('token.copy')} />
      <div>
        <Button variant="default" size="compact-sm" onClick={onHide}>
          {t('token.hide')}
        </Button>
      </div>
    </section>
  )
}

/** For how long the old token may still make Sign, in seconds. */
const overlaps = ['3600', '86400', '604800', '0'] as const

/** The first token, or the next one. */
function Next(props: { webhook: Webhook; isBusy: boolean; onMove: (move: TokenMove) => void }) {
  const { t } = useTranslation('registration')
  const { webhook, isBusy, onMove } = props
  const [overlap, setOverlap] = useState<string>(overlaps[0])
  if (!webhook.tokenSet) {
    return (
      <div className={styles.buttons}>
        <Button loading={isBusy} onClick={() => onMove({ kind: 'make' })}>
          {t('token.make')}
        </Button>
      </div>
    )
  }
  if (webhook.tokenRotationEndsAt !== null) return null
  return (
    <div className={styles.next}>
      <NativeSelect
        label={t('token.overlap')}
        description={t('token.overlapHint')}
        value={overlap}
        data={overlaps.map((value) => ({ value, label: t(`token.overlaps.${value}`) }))}
        onChange={(event) => setOverlap(event.currentTarget.value)}
      />
      <div>
        <Button loading={isBusy} onClick={() => onMove({ kind: 'rotate', overlapSeconds: Number(overlap) })}>
          {t('token.makeNew')}
        </Button>
      </div>
    </div>
  )
}

/** A token that exists already, for instance the one that the receiver has from another platform. */
function OwnToken({ isBusy, onSubmit }: { isBusy: boolean; onSubmit: (token: string) => void }) {
  const { t } = useTranslation('registration')
  const [token, setToken] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    if (token !== '') onSubmit(token)
  }
  return (
    <form className={styles.own} onSubmit={submit} aria-label={t('token.own')}>
      <PasswordInput
        label={t('token.own')}
        description={t('token.ownHint')}
        value={token}
        maxLength={128}
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': t('token.show') }}
        onChange={(event) => setToken(event.currentTarget.value)}
      />
      <div>
        <Button type="submit" variant="default" disabled={token === ''} loading={isBusy}>
          {t('token.useOwn')}
        </Button>
      </div>
    </form>
  )
}
