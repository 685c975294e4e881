import { Button } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Incident, ProbeStage } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { useMay } from '../frame/use-may.ts'
import { classes } from '../look/classes.ts'
import { useRefusalText } from '../look/refusal.tsx'
import { useServices } from '../services.ts'
import { useCause } from '../text/use-cause.ts'
import { useProbe, type ProbeState } from '../webhooks/test/use-probe.ts'
import styles from './incident-strip.module.css'
import { incidentsQuery } from './queries.ts'

/** Mend it, test it, try it: without leaving the page that says what is broken, but for its settings. */
export function IncidentActions({ incident, canTry }: { incident: Incident; canTry: boolean }) {
  const { t } = useTranslation('overview')
  const { api } = useServices()
  const may = useMay()
  const cache = useQueryClient()
  const probe = useProbe(incident)
  const push = useMutation({
    networkMode: 'always',
    mutationFn: () => api.tryNow(incident),
    onSettled: () => cache.invalidateQueries({ queryKey: incidentsQuery(api).queryKey }),
  })
  const { name, sdkAppId, webhookId } = incident
  return (
    <div className={styles.actions}>
      <div className={styles.buttons}>
        <Button
          variant="default"
          size="compact-sm"
          aria-label={t('incident.fixOf', { name })}
          renderRoot={(rest) => (
            <Link
              {...rest}
              to="/apps/$sdkAppId/webhooks/$webhookId"
              params={{ sdkAppId: String(sdkAppId), webhookId }}
            />
          )}
        >
          {t('incident.fix')}
        </Button>
        {may.change && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={t('incident.testOf', { name })}
            loading={probe.state.kind === 'running'}
            onClick={() => probe.start(undefined)}
          >
            {t('incident.test')}
          </Button>
        )}
        {may.change && canTry && (
          <Button
            size="compact-sm"
            aria-label={t('incident.tryNowOf', { name })}
            loading={push.isPending}
            onClick={() => push.mutate()}
          >
            {t('incident.tryNow')}
          </Button>
        )}
      </div>
      <Tested state={probe.state} />
      <Pushed error={push.error} waiting={push.data?.waiting} />
    </div>
  )
}

/** What the test found, in a line; the webhook's page has it stage by stage. */
function Tested({ state }: { state: ProbeState }) {
  const { t } = useTranslation('overview')
  const refusalOf = useRefusalText()
  const causeOf = useCause()
  const say = (): string => {
    if (state.kind === 'running') return t('incident.testing')
    if (state.kind === 'failed') return refusalOf(state.error)
    if (state.kind !== 'ended') return ''
    const failed = state.stages.find(({ result }) => result === 'failed')
    if (failed !== undefined) return t('incident.testFailed', { cause: causeOf(asFailed(failed)) })
    const skipped = state.stages.filter(({ result, detail }) => result === 'skipped' && detail !== 'not_needed').length
    return skipped === 0 ? t('incident.testPassed') : t('incident.testSkipped', { count: skipped })
  }
  const isBad = state.kind === 'failed' || (state.kind === 'ended' && !state.ok)
  return <output className={classes(styles.said, isBad && styles.bad)}>{say()}</output>
}

/** A stage names its detail alone; the console has words for each. */
function asFailed({ detail }: ProbeStage): { symptom: 'ours'; detail: string } {
  return { symptom: 'ours', detail }
}

function Pushed({ error, waiting }: { error: Error | null; waiting: number | undefined }) {
  const { t } = useTranslation('overview')
  const refusalOf = useRefusalText()
  const text =
    error === null
      ? waiting === undefined
        ? ''
        : t(waiting === 0 ? 'incident.nothingToTry' : 'incident.tried')
      : refusalOf(error)
  return <output className={classes(styles.said, error !== null && styles.bad)}>{text}</output>
}
