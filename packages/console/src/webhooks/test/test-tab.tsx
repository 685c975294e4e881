import { Button, Loader } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconCircleX } from '@tabler/icons-react'
import type { ProbeStage, Webhook } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { assertNever } from '../../assert.ts'
import { AdviceList } from '../../deliveries/detail/advice-list.tsx'
import { useMay } from '../../frame/use-may.ts'
import { classes } from '../../look/classes.ts'
import { useRefusalText } from '../../look/refusal.tsx'
import { formatDuration } from '../../text/format.ts'
import { visibleText } from '../../text/visible-text.ts'
import { SampleRequest } from './sample-request.tsx'
import styles from './test-tab.module.css'
import { useProbe, type ProbeState } from './use-probe.ts'

/** *Test this webhook*: its URL is asked step by step, and each step says how it went as soon as it is over. */
export function TestTab({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('registration')
  const { state, start, stop } = useProbe(webhook)
  const may = useMay()
  const isRunning = state.kind === 'running'
  return (
    <div className={styles.tab}>
      <p className={styles.hint}>{t('test.lead')}</p>
      <div className={styles.buttons}>
        {may.change ? (
          <Button disabled={isRunning} onClick={() => start(undefined)}>
            {state.kind === 'idle' ? t('test.start') : t('test.again')}
          </Button>
        ) : (
          <p className={styles.hint}>{t('mayNot')}</p>
        )}
        {isRunning && (
          <Button variant="default" onClick={stop}>
            {t('test.stop')}
          </Button>
        )}
        {isRunning && <Loader size={18} aria-hidden />}
      </div>
      <Verdict state={state} isTokenSet={webhook.tokenSet} />
      {state.kind !== 'idle' && (
        <ol className={styles.stages} aria-label={t('test.stages')} aria-busy={isRunning}>
          {state.stages.map((stage) => (
            <Stage key={`${stage.stage} ${stage.check ?? ''}`} stage={stage} />
          ))}
        </ol>
      )}
      {may.change && <SampleRequest webhook={webhook} />}
    </div>
  )
}

/** In one sentence, and heard by anyone who does not see the list. */
function Verdict({ state, isTokenSet }: { state: ProbeState; isTokenSet: boolean }) {
  const { t } = useTranslation('registration')
  const textOf = useRefusalText()
  return (
    <output className={classes(styles.verdict, toneOf() !== undefined && styles[toneOf() ?? 'ok'])}>
      {sentence()}
    </output>
  )

  function toneOf(): 'ok' | 'bad' | undefined {
    if (state.kind === 'ended' && state.ok) return countUnchecked(state.stages) === 0 ? 'ok' : undefined
    if (state.kind === 'ended') return 'bad'
    return state.kind === 'failed' ? 'bad' : undefined
  }

  function sentence(): string {
    switch (state.kind) {
      case 'idle':
        return ''
      case 'running':
        return t('test.running')
      case 'stopped':
        return t('test.stopped')
      case 'failed':
        return textOf(state.error)
      case 'ended':
        if (state.ok) {
          const count = countUnchecked(state.stages)
          return count === 0 ? t('test.ok') : t('test.okSoFar', { count })
        }
        if (!isTokenSet && state.stages.some(({ detail }) => detail === 'status_401')) return t('test.needsToken')
        return state.stages.some(isForgeable) ? t('test.forgeable') : t('test.failed')
      default:
        return assertNever(state)
    }
  }
}

/** Checks that were not made although they could say something: all that was made passing is not all. */
function countUnchecked(stages: readonly ProbeStage[]): number {
  return stages.filter(({ result, detail }) => result === 'skipped' && detail !== 'not_needed').length
}

function isForgeable(stage: ProbeStage): boolean {
  return stage.detail === 'open_to_forgery'
}

const icons = { passed: IconCircleCheck, failed: IconCircleX, skipped: IconCircleMinus } as const

function Stage({ stage }: { stage: ProbeStage }) {
  const { t, i18n } = useTranslation('registration')
  const { result } = stage
  const advice = i18n.language === 'zh' ? stage.advice.zh : stage.advice.en
  const Icon = isForgeable(stage) ? IconAlertTriangle : icons[result]
  return (
    <li className={classes(styles.stage, styles[result])}>
      <Icon size={17} stroke={2} aria-hidden className={styles.icon} />
      <div className={styles.text}>
        <p className={styles.line}>
          <span className={styles.name}>
            {stage.check === undefined ? t(`stage.${stage.stage}`) : t(`manners.${stage.check}`)}
          </span>
          <span className={styles.result}>{t(`result.${result}`)}</span>
          {result === 'failed' && <code className={styles.detail}>{visibleText(stage.detail)}</code>}
          {result !== 'skipped' && <span className={styles.ms}>{formatDuration(stage.ms)}</span>}
        </p>
        {advice.length > 0 && (
          <div className={styles.advice}>
            <AdviceList sentences={advice} heading="" />
          </div>
        )}
      </div>
    </li>
  )
}
