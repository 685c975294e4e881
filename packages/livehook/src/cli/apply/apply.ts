// livehook apply -f livehook.yaml: makes a service what a file says, and shows the difference first. In reading order:
// apply-schema.ts, apply-file.ts with apply-problems.ts, apply-check.ts, apply-references.ts, apply-current.ts, apply-plan.ts with
// apply-changes.ts and apply-order.ts, apply-text.ts, apply-steps.ts; export.ts writes such a file.

import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import type { ApiClient } from '../client/api-client.ts'
import { clientForChanges, clientFromEnvironment } from '../client/which-service.ts'
import { requireAccepted, requireKnownWords } from './check.ts'
import { loadApp, loadApps } from './current.ts'
import type { ReadFile } from './file.ts'
import { readConfiguration } from './file.ts'
import type { AppPlan, CurrentApp } from './plan.ts'
import { planApp } from './plan.ts'
import { createReferences } from './references.ts'
import { applyPlan } from './steps.ts'
import { countText, planJson, planText, titleOf } from './text.ts'
import type { CliIo } from '../io.ts'
import { CliError, line } from '../io.ts'
import { paintFor } from '../terminal/paint.ts'
import { askYesNo, canAnswer } from '../terminal/terminal-question.ts'

export interface ApplyOptions {
  /** A path, or `-` for standard input. */
  readonly file: string
  readonly prune?: true
  readonly dryRun?: true
  readonly yes?: true
  readonly json?: true
}

export async function apply(options: ApplyOptions, io: CliIo): Promise<void> {
  const file = readConfiguration(
    await readFile(options.file, io),
    options.file === '-' ? 'standard input' : options.file,
  )
  const client = options.dryRun === true ? clientFromEnvironment(io) : clientForChanges(io)
  const plans = await planAll(client, file, { options, io })
  const isDone = plans.every(({ steps }) => steps.length === 0)
  const show = (applied: boolean): void => {
    if (options.json === true) line(io.stdout, JSON.stringify(planJson(plans, applied)))
  }
  if (options.json !== true) showPlan(plans, io)
  if (isDone) return show(false)
  if (options.dryRun === true) {
    show(false)
    throw new CliError('verificationFailed', `The service is not what the file says: ${countText(plans)}.`)
  }
  if (!(await isWanted(plans, { options, io }))) return show(false)
  for (const plan of plans) {
    await applyPlan(client, plan, (step) => {
      if (options.json !== true) line(io.stderr, `done: ${titleOf(step)}`)
    })
  }
  show(true)
}

interface Work {
  readonly options: ApplyOptions
  readonly io: CliIo
}

async function readFile(path: string, io: CliIo): Promise<string> {
  if (path === '-') return text(io.stdin)
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new CliError('configuration', `The file ${path} cannot be read: ${messageOf(error)}`)
  }
}

async function planAll(client: ApiClient, file: ReadFile, { options, io }: Work): Promise<readonly AppPlan[]> {
  const apps = await loadApps(client)
  const references = createReferences({ folder: options.file === '-' ? '.' : dirname(options.file), io, client })
  const plans: AppPlan[] = []
  for (const [index, entry] of file.configuration.apps.entries()) {
    const at = (path: readonly (string | number)[]): string => file.at(['apps', index, ...path])
    const found = apps.filter(({ sdkAppId, name }) =>
      entry.sdkAppId === undefined ? name === entry.name : sdkAppId === entry.sdkAppId,
    )
    const [app, second] = found
    if (second !== undefined) {
      const ids = found.map(({ sdkAppId }) => sdkAppId).join(' and ')
      throw new CliError(
        'configuration',
        `${at([])}: ${entry.name} is the name of the apps ${ids}; say which with sdkAppId.`,
      )
    }
    if (app === undefined && entry.sdkAppId !== undefined) {
      const detail = `the service has no app ${entry.sdkAppId}. It gives the numbers itself: leave sdkAppId out to have the app created.`
      throw new CliError('configuration', `${at(['sdkAppId'])}: ${detail}`)
    }
    const current = app === undefined ? undefined : await loadApp(client, app)
    if (current !== undefined) requireOneName(current)
    requireKnownWords(entry, current, at)
    const webhooks = await references.resolve(entry, current, at)
    const plan = planApp({ entry, webhooks, current }, { prune: options.prune === true })
    await requireAccepted(client, plan, { entry, at })
    plans.push(plan)
  }
  return plans
}

/** @throws CliError if two webhooks of an app have one name: then no one knows which one the file means */
export function requireOneName({ app, webhooks }: CurrentApp): void {
  for (const [name, same] of Map.groupBy(webhooks, (webhook) => webhook.name)) {
    if (same.length === 1) continue
    const ids = same.map(({ webhookId }) => webhookId).join(' and ')
    throw new CliError(
      'configuration',
      `The webhooks ${ids} of app ${app.name} (${app.sdkAppId}) are both called ${name}. Give each a name of its own first.`,
    )
  }
}

function showPlan(plans: readonly AppPlan[], io: CliIo): void {
  const shown = planText(plans, paintFor(io.stdout, io.environment))
  if (shown !== '') line(io.stdout, shown)
  const isDone = plans.every(({ steps }) => steps.length === 0)
  line(io.stdout, isDone ? 'Nothing to do: the service is what the file says.' : `${countText(plans)}.`)
}

/** Asks where a person can answer; where no one can, someone must have said it before. */
async function isWanted(plans: readonly AppPlan[], { options, io }: Work): Promise<boolean> {
  if (options.yes === true) return true
  if (options.json === true || !canAnswer(io)) {
    throw new CliError('usage', `Nothing was done yet (${countText(plans)}): add --yes, or --dry-run to look only.`)
  }
  return askYesNo('Apply this?', io)
}
