// What a key may do. A role says what, a key's app says where.

export const roles = ['admin', 'operator', 'ingest', 'read'] as const

/**
 * `admin`: everything. `operator`: everything of one app. `ingest`: events and asks of one app, and nothing else. `read`: what can
 * be seen without secrets, of one app or of all.
 */
export type Role = (typeof roles)[number]

/** What a request needs; `public` needs no key, `own` is checked by the route itself in a way of its own. */
export type Right = 'public' | 'own' | 'read' | 'ingest' | 'operate' | 'admin'

/** Who asks: a key, or a session that was opened with one. */
export interface Identity {
  readonly keyId: string
  readonly name: string
  readonly role: Role
  /** The only app that it sees; `null` for all of them. */
  readonly sdkAppId: number | null
}

const rolesWith: { readonly [Each in Exclude<Right, 'public' | 'own'>]: readonly Role[] } = {
  read: ['read', 'operator', 'admin'],
  ingest: ['ingest', 'operator', 'admin'],
  operate: ['operator', 'admin'],
  admin: ['admin'],
}

/** The roles that have a right, the least mighty first. */
export function rolesThatMay(right: Exclude<Right, 'public' | 'own'>): readonly Role[] {
  return rolesWith[right]
}

export function mayDo(role: Role, right: Exclude<Right, 'public' | 'own'>): boolean {
  return rolesWith[right].includes(role)
}

/** Whether someone may see things of an app. */
export function seesApp(identity: Pick<Identity, 'sdkAppId'>, sdkAppId: number): boolean {
  return identity.sdkAppId === null || identity.sdkAppId === sdkAppId
}

/** `admin` is for all apps, `operator` and `ingest` are for one, `read` is for one or for all. */
export function roleProblem(role: Role, sdkAppId: number | null): string | undefined {
  if (role === 'admin' && sdkAppId !== null) {
    return 'An admin key is for all apps; leave sdkAppId out, or take the role operator.'
  }
  if ((role === 'operator' || role === 'ingest') && sdkAppId === null) {
    return `A key with the role ${role} is for one app; name it in sdkAppId.`
  }
  return undefined
}

export function isRole(text: string): text is Role {
  return roles.some((role) => role === text)
}
