import { Button, NativeSelect, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Webhook } from 'livehook/contract'
import { lazy, Suspense, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../../api/queries.ts'
import { assertNever } from '../../assert.ts'
import { useMay } from '../../frame/use-may.ts'
import { CommandBlock } from '../../look/command-block.tsx'
import { Refusal } from '../../look/refusal.tsx'
import { useServices } from '../../services.ts'
import { makeToken } from './make-token.ts'
import { RotationCard } from './rotation-card.tsx'
import type { FinalMove } from './token-dialog.tsx'
import styles from './token-tab.module.css'

const TokenDialog = lazy(async () => ({ default: (await import('./token-dialog.tsx')).TokenDialog }))

/** What a person does with a token; what is final is asked about first. */
type TokenMove =
  | { readonly kind: 'make' }
  | { readonly kind: 'rotate'; readonly overlapSeconds: number }
  | { readonly kind: 'extend'; readonly overlapSeconds: number }
  | { readonly kind: 'use'; readonly token: string }
  | { readonly kind: 'reveal' }

/** What is on the screen: made a moment ago, or looked at on purpose. */
interface Shown {
  readonly token: string | undefined
  /** The one that takes over; only while the token is being replaced. */
  readonly nextToken: string | undefined
  readonly isNew: boolean
  /** Once a rotation has ended, what was looked at during it is no longer what it is called. */
  readonly ofRotation: boolean
}

/** The token of a webhook: made, masked, looked at, replaced with an overlap, taken away. */
export function TokenTab({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('registration')
  const may = useMay()
  const [final, setFinal] = useState<FinalMove | undefined>(undefined)
  const { move, shown, hide } = useTokenMove(webhook)
  const endsAt = webhook.tokenRotationEndsAt
  return (
    <div className={styles.tab}>
      <p className={styles.state}>{stateWords()}</p>
      <p className={styles.hint}>{webhook.tokenSet ? t('token.setHint') : t('token.notSetHint')}</p>
      {endsAt !== null && (
        <RotationCard
          webhook={webhook}
          endsAt={endsAt}
          token={shown?.token}
          nextToken={shown?.nextToken}
          mayChange={may.change}
          isBusy={move.isPending}
          onExtend={(overlapSeconds) => move.mutate({ kind: 'extend', overlapSeconds })}
          onFinal={setFinal}
        />
      )}
      {endsAt === null && shown?.token !== undefined && (
        <ShownToken token={shown.token} isNew={shown.isNew} onHide={hide} />
      )}
      <Refusal error={move.error} className={styles.error} />
      {!may.change && <p className={styles.note}>{t('mayNot')}</p>}
      {may.change && (
        <>
          <Next webhook={webhook} isBusy={move.isPending} onMove={(wanted) => move.mutate(wanted)} />
          {webhook.tokenSet && (
            <div className={styles.buttons}>
              {endsAt !== null && shown !== undefined && (
                <Button variant="default" onClick={hide}>
                  {t('token.hideBoth')}
                </Button>
              )}
              <Button variant="default" loading={move.isPending} onClick={() => move.mutate({ kind: 'reveal' })}>
                {endsAt === null ? t('token.reveal') : t('token.revealBoth')}
              </Button>
              <span className={styles.note}>{t('token.revealHint')}</span>
              <Button variant="default" onClick={() => setFinal('remove')}>
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
      {final !== undefined && (
        <Suspense fallback={null}>
          <TokenDialog
            webhook={webhook}
            move={final}
            onClose={() => setFinal(undefined)}
            onDone={() => {
              setFinal(undefined)
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
  const isRotating = webhook.tokenRotationEndsAt !== null
  // What was made or looked at is kept here and nowhere else: leaving the tab forgets it.
  const [shown, setShown] = useState<Shown | undefined>(undefined)
  const move = useMutation({
    networkMode: 'always',
    mutationFn: async (wanted: TokenMove): Promise<Shown | undefined> => {
      switch (wanted.kind) {
        case 'reveal': {
          const { token, nextToken } = await api.revealToken(webhook)
          if (token === null) return undefined
          return { token, nextToken: nextToken ?? undefined, isNew: false, ofRotation: nextToken !== null }
        }
        case 'rotate': {
          const { token, webhook: now } = await api.rotateToken(webhook, wanted.overlapSeconds)
          const ofRotation = now.tokenRotationEndsAt !== null
          const made = ofRotation ? { token: undefined, nextToken: token } : { token, nextToken: undefined }
          return { ...made, isNew: true, ofRotation }
        }
        case 'extend':
          await api.extendRotation(webhook, wanted.overlapSeconds)
          return shown
        case 'use':
          await api.setToken(webhook, wanted.token)
          return undefined
        case 'make': {
          const token = makeToken((bytes) => crypto.getRandomValues(bytes))
          await api.setToken(webhook, token)
          return { token, nextToken: undefined, isNew: true, ofRotation: false }
        }
        default:
          return assertNever(wanted)
      }
    },
    onSuccess: async (next) => {
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(api, webhook.sdkAppId).queryKey })
      setShown(next)
    },
  })
  return { move, shown: shown?.ofRotation === isRotating ? shown : undefined, hide: () => setShown(undefined) }
}

function ShownToken({ token, isNew, onHide }: { token: string; isNew: boolean; onHide: () => void }) {
  const { t } = useTranslation('registration')
  const title = isNew ? t('token.made') : t('token.revealed')
  return (
    <section className={styles.made} aria-label={title}>
      <h2 className={styles.madeTitle}>{title}</h2>
      {isNew && <p>{t('token.whereTo')}</p>}
      <CommandBlock command={token} label={t('token.copy')} />
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
