import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AppCommandDetail, BodyCheck } from 'livehook/contract'
import { useRef, useState, type SubmitEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { webhooksQuery } from '../api/queries.ts'
import type { ComposedEvent } from '../api/sending.ts'
import { Refusal } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import { prettyJson } from '../text/pretty-json.ts'
import { Stranger } from '../text/stranger.tsx'
import { visibleJson, visibleText } from '../text/visible-text.ts'
import { wantersOf } from '../webhooks/wanters.ts'
import { platforms } from './platforms.ts'
import type { TryResult } from './results.ts'
import styles from './try-page.module.css'
import { useProblemText } from './problem-text.ts'
import { useBodyCheck } from './use-body-check.ts'

interface ComposerProps {
  sdkAppId: number
  detail: AppCommandDetail
  maySend: boolean
  onResult: (result: TryResult) => void
}

/** The body, where it comes from, and the button. */
export function Composer(props: ComposerProps) {
  const { t } = useTranslation('tryIt')
  const { sdkAppId, detail, maySend } = props
  const sample = visibleJson(JSON.stringify(detail.sample ?? {}, undefined, 2))
  const [event, setEvent] = useState({ body: sample, clientIp: '', optPlatform: 'RESTAPI' })
  const change = (changed: Partial<typeof event>) => setEvent((known) => ({ ...known, ...changed }))
  const form = useRef<HTMLFormElement>(null)
  const send = useSend(props, event)
  const submit = (pressed: SubmitEvent) => {
    pressed.preventDefault()
    if (!send.isPending && maySend) send.mutate()
  }
  return (
    <form ref={form} className={styles.form} onSubmit={submit} aria-label={detail.command}>
      <BodyField
        body={event.body}
        check={useBodyCheck(sdkAppId, detail.command, event.body)}
        onBody={(body) => change({ body })}
        onReset={() => change({ body: sample })}
        onSubmit={() => form.current?.requestSubmit()}
      />
      <OriginFields clientIp={event.clientIp} optPlatform={event.optPlatform} onChange={change} />
      <Wanters sdkAppId={sdkAppId} detail={detail} />
      <div className={styles.buttons}>
        <Button
          type="submit"
          disabled={!maySend}
          loading={send.isPending}
          leftSection={<IconSend size={15} stroke={1.75} aria-hidden />}
        >
          {detail.phase === 'before' ? t('ask') : t('send')}
        </Button>
        <span className={styles.keys}>{t('keys')}</span>
      </div>
      {!maySend && <p className={styles.note}>{t('mayNot')}</p>}
      <Refusal error={send.error} className={styles.error} />
    </form>
  )
}

type Composed = Omit<ComposedEvent, 'command'>

function useSend({ sdkAppId, detail, onResult }: ComposerProps, composed: Composed) {
  const { api } = useServices()
  const { command, phase } = detail
  return useMutation({
    networkMode: 'always',
    mutationFn: async (): Promise<TryResult> => {
      const event = { ...composed, command, clientIp: composed.clientIp.trim() }
      return phase === 'before'
        ? { kind: 'asked', command, answer: await api.ask(sdkAppId, event) }
        : { kind: 'sent', command, accepted: await api.sendEvent(sdkAppId, event) }
    },
    onSuccess: onResult,
  })
}

/** Who acted, and on what. */
function OriginFields(props: {
  clientIp: string
  optPlatform: string
  onChange: (changed: Partial<Composed>) => void
}) {
  const { t } = useTranslation('tryIt')
  return (
    <div className={styles.origin}>
      <TextInput
        label="ClientIP"
        description={t('clientIpHint')}
        placeholder={t('ownAddress')}
        value={props.clientIp}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => props.onChange({ clientIp: event.currentTarget.value })}
      />
      <NativeSelect
        label="OptPlatform"
        description={t('platformHint')}
        value={props.optPlatform}
        data={[...platforms]}
        onChange={(event) => props.onChange({ optPlatform: event.currentTarget.value })}
      />
    </div>
  )
}

function BodyField(props: {
  body: string
  check: BodyCheck | undefined
  onBody: (body: string) => void
  onReset: () => void
  onSubmit: () => void
}) {
  const { t } = useTranslation('tryIt')
  const { body, check } = props
  const isWrong = check !== undefined && !check.ok
  const pretty = prettyJson(body)
  return (
    <div className={styles.bodyField}>
      <Textarea
        label={t('body')}
        rows={16}
        value={body}
        spellCheck={false}
        autoComplete="off"
        error={isWrong}
        classNames={{ input: styles.body }}
        onChange={(event) => props.onBody(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || (!event.ctrlKey && !event.metaKey)) return
          event.preventDefault()
          props.onSubmit()
        }}
      />
      <div className={styles.bodyTools}>
        <Button variant="default" size="compact-sm" onClick={props.onReset}>
          {t('sample')}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          disabled={pretty === undefined || pretty === body}
          onClick={() => props.onBody(pretty ?? body)}
        >
          {t('format')}
        </Button>
      </div>
      <div aria-live="polite">
        {check?.ok === true && <p className={styles.fits}>{t('fits')}</p>}
        {isWrong && <Problems problems={check.problems} />}
      </div>
    </div>
  )
}

/** What is wrong, each at its place. It may be sent all the same: a receiver must stand that, too. */
function Problems({ problems }: { problems: BodyCheck['problems'] }) {
  const { t } = useTranslation('tryIt')
  const textOf = useProblemText()
  return (
    <ul className={styles.problems} aria-label={t('problems')}>
      {problems.map(({ code, pointer, detail, line, column }) => (
        <li key={`${pointer} ${detail}`}>
          {line !== undefined && column !== undefined && (
            <span className={styles.place}>{t('place', { line, column })} </span>
          )}
          {pointer !== '' && <code className={styles.place}>{visibleText(pointer)} </code>}
          {textOf({ code, detail })}
        </li>
      ))}
    </ul>
  )
}

/** As many are named. */
const shownWanters = 8

/** Who is going to get it, before it is sent. */
function Wanters({ sdkAppId, detail }: { sdkAppId: number; detail: AppCommandDetail }) {
  const { t } = useTranslation('tryIt')
  const { api } = useServices()
  const webhooks = useQuery(webhooksQuery(api, sdkAppId))
  if (webhooks.data === undefined) return null
  const wanters = wantersOf(webhooks.data, detail).filter(({ enabled }) => enabled)
  const params = { sdkAppId: String(sdkAppId) }
  if (wanters.length === 0) {
    return (
      <p className={styles.note}>
        {detail.phase === 'before' ? t('nobodyAsked') : t('nobody')}{' '}
        <Link to="/apps/$sdkAppId/webhooks" params={params}>
          {t('toWebhooks')}
        </Link>
      </p>
    )
  }
  return (
    <p className={styles.note}>
      {detail.phase === 'before' ? t('willDecide') : t('willGet')}{' '}
      {wanters.slice(0, shownWanters).map(({ webhookId, name }, index) => (
        <span key={webhookId}>
          {index > 0 && ', '}
          <Link to="/apps/$sdkAppId/webhooks/$webhookId" params={{ ...params, webhookId }}>
            <Stranger text={name} />
          </Link>
        </span>
      ))}
      {wanters.length > shownWanters && (
        <>
          {', '}
          <Link to="/apps/$sdkAppId/webhooks" params={params}>
            {t('moreWanters', { count: wanters.length - shownWanters })}
          </Link>
        </>
      )}
    </p>
  )
}
