import { Button, NativeSelect } from '@mantine/core'
import type { Webhook } from 'livehook/contract'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CommandBlock } from '../../look/command-block.tsx'
import { ExactInstant, useWhen } from '../../text/instant.tsx'
import type { FinalMove } from './token-dialog.tsx'
import styles from './token-tab.module.css'

/** From now on, in seconds. */
const extensions = ['3600', '86400', '604800'] as const

/** Two tokens count for a while: which of them does what, until when, and how that is ended or moved. */
export function RotationCard(props: {
  webhook: Webhook
  endsAt: string
  /** What is looked at; `undefined` if it stays masked. */
  token: string | undefined
  nextToken: string | undefined
  mayChange: boolean
  isBusy: boolean
  onExtend: (overlapSeconds: number) => void
  onFinal: (move: FinalMove) => void
}) {
  const { t } = useTranslation('registration')
  const when = useWhen()
  const { webhook, endsAt } = props
  const [extension, setExtension] = useState<string>(extensions[0])
  return (
    <section className={styles.rotation} aria-label={t('token.rotating')}>
      <p className={styles.state}>{t('token.takesOver', { when: when(endsAt) })}</p>
      <p>
        {t('token.untilThen')} <ExactInstant at={endsAt} />
      </p>
      <dl className={styles.pair}>
        <OneOfTwo title={t('token.signsNow')} token={props.token} hint={webhook.tokenHint} copy={t('token.copyOld')} />
        <OneOfTwo
          title={t('token.signsThen')}
          token={props.nextToken}
          hint={webhook.nextTokenHint}
          copy={t('token.copyNew')}
        />
      </dl>
      {props.mayChange && (
        <>
          <div className={styles.buttons}>
            <Button variant="default" onClick={() => props.onFinal('finish')}>
              {t('token.finish')}
            </Button>
            <Button variant="default" onClick={() => props.onFinal('cancel')}>
              {t('token.cancel')}
            </Button>
          </div>
          <div className={styles.next}>
            <NativeSelect
              label={t('token.extendTo')}
              value={extension}
              data={extensions.map((value) => ({ value, label: t(`token.extensions.${value}`) }))}
              onChange={(event) => setExtension(event.currentTarget.value)}
            />
            <Button variant="default" loading={props.isBusy} onClick={() => props.onExtend(Number(extension))}>
              {t('token.extend')}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}

function OneOfTwo(props: { title: string; token: string | undefined; hint: string | null; copy: string }) {
  const { t } = useTranslation('registration')
  const masked = props.hint === null ? t('token.masked') : t('token.endsIn', { hint: `…${props.hint}` })
  return (
    <>
      <dt>{props.title}</dt>
      <dd>{props.token === undefined ? masked : <CommandBlock command={props.token} label={props.copy} />}</dd>
    </>
  )
}
