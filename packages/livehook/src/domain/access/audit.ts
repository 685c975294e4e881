// What the audit log says about a change: what was before, what is after, and nothing that is secret. Pure.

/** Everything that is written down. */
export type AuditAction =
  | 'app.created'
  | 'app.changed'
  | 'app.deleted'
  | 'app.secret_key_rotated'
  | 'webhook.created'
  | 'webhook.changed'
  | 'webhook.deleted'
  | 'webhook.pushed'
  | 'token.set'
  | 'token.rotated'
  | 'token.rotation_changed'
  | 'token.rotation_cancelled'
  | 'token.removed'
  | 'token.revealed'
  | 'key.created'
  | 'key.revoked'
  | 'delivery.redelivered'
  | 'delivery.cancelled'
  | 'delivery.added'
  | 'redelivery.started'
  | 'redelivery.paused'
  | 'redelivery.resumed'
  | 'redelivery.cancelled'
  | 'command.created'
  | 'command.changed'
  | 'command.deleted'
  | 'session.opened'
  | 'session.closed'

type Facts = Readonly<Record<string, unknown>>

/** Members whose values never come near the log, wherever they stand. */
const secretMembers: ReadonlySet<string> = new Set([
  'token',
  'tokens',
  'tokenhint',
  'nexttoken',
  'nexttokenhint',
  'secret',
  'secretkey',
  'key',
  'keys',
  'hash',
  'sign',
  'usersig',
  'password',
  'clientkey',
  'privatekey',
  'body',
])

const mask = '***'

/**
 * Facts as they may be written down: secret members are gone, and values of an app's own headers, which may be credentials, are
 * masked.
 */
export function withoutSecrets(facts: Facts): Facts {
  return Object.fromEntries(
    Object.entries(facts)
      .filter(([name]) => !secretMembers.has(name.toLowerCase()))
      .map(([name, value]) => [name, name === 'headers' && isFacts(value) ? masked(value) : cleaned(value)]),
  )
}

function cleaned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(cleaned)
  return isFacts(value) ? withoutSecrets(value) : value
}

function masked(headers: Facts): Facts {
  return Object.fromEntries(Object.keys(headers).map((name) => [name, mask]))
}

/** Only the members that a change changed; what is in one of the two only stays there. */
export function changedFacts(before: Facts, after: Facts): { readonly before: Facts; readonly after: Facts } {
  const differs = (name: string): boolean => JSON.stringify(before[name]) !== JSON.stringify(after[name])
  const only = (facts: Facts): Facts => Object.fromEntries(Object.entries(facts).filter(([name]) => differs(name)))
  return { before: only(before), after: only(after) }
}

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
