// A plan as text and as JSON, without anything secret: of headers the names are shown, of tokens and keys where they are from.

import type { MemberChange } from './changes.ts'
import type { AppPlan, Step } from './plan.ts'
import type { Colour, Paint } from '../terminal/paint.ts'

const signs: Readonly<Record<Step['action'], { readonly sign: string; readonly colour: Colour }>> = {
  create: { sign: '+', colour: 'green' },
  change: { sign: '~', colour: 'yellow' },
  delete: { sign: '-', colour: 'red' },
}

/** The whole plan, a line for each step and each member that changes. */
export function planText(plans: readonly AppPlan[], paint: Paint): string {
  const lines: string[] = []
  for (const plan of plans) {
    for (const step of plan.steps) {
      const { sign, colour } = signs[step.action]
      lines.push(paint(colour, `${sign} ${titleOf(step)}`))
      if (step.action !== 'delete') lines.push(...step.changes.map((change) => `    ${changeText(change, paint)}`))
    }
    if (plan.kept.length > 0) {
      lines.push(
        paint('dim', `  app ${plan.app} also has ${plan.kept.join(', ')}; --prune deletes what the file does not name`),
      )
    }
  }
  return lines.join('\n')
}

/** `2 to create, 1 to change, 0 to delete`. */
export function countText(plans: readonly AppPlan[]): string {
  const counts = countsOf(plans)
  return `${counts.create} to create, ${counts.change} to change, ${counts.delete} to delete`
}

export function titleOf(step: Step): string {
  const app = `app ${step.app}`
  return step.kind === 'app' ? app : `${app}: ${step.kind} ${step.name}`
}

export interface PlanJson {
  readonly steps: readonly {
    readonly action: Step['action']
    readonly kind: Step['kind']
    readonly app: string
    readonly name?: string
    readonly changes: readonly MemberChange[]
  }[]
  readonly counts: Readonly<Record<Step['action'], number>>
  /** What the service has and the file does not name. */
  readonly kept: readonly { readonly app: string; readonly what: readonly string[] }[]
  readonly applied: boolean
}

export function planJson(plans: readonly AppPlan[], applied: boolean): PlanJson {
  return {
    steps: plans.flatMap(({ steps }) =>
      steps.map((step) => ({
        action: step.action,
        kind: step.kind,
        app: step.app,
        ...(step.kind === 'app' ? {} : { name: step.name }),
        changes: step.changes.map(withoutSecrets),
      })),
    ),
    counts: countsOf(plans),
    kept: plans.filter(({ kept }) => kept.length > 0).map(({ app, kept }) => ({ app, what: kept })),
    applied,
  }
}

function countsOf(plans: readonly AppPlan[]): Record<Step['action'], number> {
  const counts = { create: 0, change: 0, delete: 0 }
  for (const { steps } of plans) for (const { action } of steps) counts[action] += 1
  return counts
}

function changeText(change: MemberChange, paint: Paint): string {
  const { member, from, to } = withoutSecrets(change)
  if (to === undefined) return `${member}: ${paint('red', valueText(from))} is taken away`
  if (from === undefined) return `${member}: ${paint('green', valueText(to))}`
  return `${member}: ${paint('red', valueText(from))} → ${paint('green', valueText(to))}`
}

const maxValueCharacters = 200

function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > maxValueCharacters ? `${text.slice(0, maxValueCharacters)}…` : text
}

/** Values of headers are keys and passwords often enough; certificates are long and say nothing to a reader. */
function withoutSecrets({ member, from, to }: MemberChange): MemberChange {
  if (member !== 'headers' && member !== 'tls') {
    return { member, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
  }
  const [before, after] = [namesOf(from), namesOf(to)]
  const isOnlyValue = before !== undefined && after !== undefined && before.join() === after.join()
  return {
    member,
    ...(before === undefined ? {} : { from: before }),
    ...(after === undefined ? {} : { to: isOnlyValue ? 'the same names with other values' : after }),
  }
}

function namesOf(value: unknown): readonly string[] | undefined {
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => (inner === null ? [] : [name]))
}
