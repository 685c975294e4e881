import { Button, PasswordInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Webhook } from 'livehook/contract'
import { useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { webhooksQuery } from '../api/queries.ts'
import { useMay } from '../frame/use-may.ts'
import { CommandBlock } from '../look/command-block.tsx'
import { useServices } from '../services.ts'
import { visibleText } from '../text/visible-text.ts'
import { makeToken } from './make-token.ts'
import styles from './token-tab.module.css'

type TokenMove =
  | { readonly kind: 'set'; readonly token: string; readonly isMade: boolean }
  | { readonly kind: 'remove' }

/** The token of a webhook: made here or brought along, shown once where it was made, taken away. */
export function TokenTab({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('registration')
  const { api } = useServices()
  const queryClient = useQueryClient()
  const may = useMay()
  // What was made is kept here and nowhere else: leaving the tab forgets it.
  const [made, setMade] = useState<string | undefined>(undefined)
  const move = useMutation({
    networkMode: 'always',
    mutationFn: (wanted: TokenMove) =>
      wanted.kind === 'set' ? api.setToken(webhook, wanted.token) : api.removeToken(webhook),
    onSuccess: async (_changed, wanted) => {
      setMade(wanted.kind === 'set' && wanted.isMade ? wanted.token : undefined)
      await queryClient.invalidateQueries({ queryKey: webhooksQuery(api, webhook.sdkAppId).queryKey })
    },
  })
  const make = () =>
    move.mutate({ kind: 'set', token: makeToken((bytes) => crypto.getRandomValues(bytes)), isMade: true })
  return (
    <div className={styles.tab}>
      <p className={styles.state}>{stateWords()}</p>
      <p className={styles.hint}>{webhook.tokenSet ? t('token.setHint') : t('token.notSetHint')}</p>
      {made !== undefined && (
        <section className={styles.made} aria-label={t('token.made')}>
          <h2 className={styles.madeTitle}>{t('token.made')}</h2>
          <p>{t('token.onlyNow')}</p>
          <CommandBlock command={made} label={t('token.copy')} />
        </section>
      )}
      {move.error !== null && (
        <p role="alert" className={styles.error}>
          {visibleText(move.error instanceof ApiError ? (move.error.detail ?? move.error.message) : move.error.message)}
        </p>
      )}
      {!may.change && <p className={styles.note}>{t('mayNot')}</p>}
      {may.change && (
        <div className={styles.buttons}>
          <Button loading={move.isPending} onClick={make}>
            {webhook.tokenSet ? t('token.makeNew') : t('token.make')}
          </Button>
          {webhook.tokenSet && (
            <Button variant="default" loading={move.isPending} onClick={() => move.mutate({ kind: 'remove' })}>
              {t('token.remove')}
            </Button>
          )}
        </div>
      )}
      {may.change && (
        <OwnToken
          // Empty again once it was set.
          key={webhook.updatedAt}
          isBusy={move.isPending}
          onSubmit={(token) => move.mutate({ kind: 'set', token, isMade: false })}
        />
      )}
    </div>
  )

  function stateWords(): string {
    if (!webhook.tokenSet) return t('token.notSet')
    return webhook.tokenHint === null ? t('token.setShort') : t('token.set', { hint: `…${webhook.tokenHint}` })
  }
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
