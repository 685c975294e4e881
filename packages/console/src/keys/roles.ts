// What keys may do, as the API has it. Pure.

/** The one with the least power first. */
export const roles = ['ingest', 'read', 'operator', 'admin'] as const
export type RoleWord = (typeof roles)[number]

/** Whether such a key may be one app's. */
export function takesApp(role: RoleWord): boolean {
  return role !== 'admin'
}

/** Whether such a key must be one app's. */
export function needsApp(role: RoleWord): boolean {
  return role === 'operator' || role === 'ingest'
}
