// The rooms of an app: their addresses, the keys that lead there, and who may enter. Pure.

import type { May } from './use-may.ts'

/** In the order in which they are listed. `key` leads there behind `g`. */
export const rooms = [
  { name: 'overview', to: '/apps/$sdkAppId/overview', key: 'o' },
  { name: 'deliveries', to: '/apps/$sdkAppId/deliveries', key: 'd' },
  { name: 'decisions', to: '/apps/$sdkAppId/decisions', key: 'e' },
  { name: 'webhooks', to: '/apps/$sdkAppId/webhooks', key: 'w' },
  { name: 'tryIt', to: '/apps/$sdkAppId/try', key: 't' },
  { name: 'commands', to: '/apps/$sdkAppId/commands', key: 'c' },
  { name: 'keys', to: '/apps/$sdkAppId/keys', key: 'k' },
  { name: 'audit', to: '/apps/$sdkAppId/audit', key: 'a' },
  { name: 'settings', to: '/apps/$sdkAppId/settings', key: 's' },
] as const
export type RoomName = (typeof rooms)[number]['name']

/** Those that a role may enter; the others would only say so. */
export function roomsFor(may: May): readonly (typeof rooms)[number][] {
  return rooms.filter(({ name }) => {
    if (name === 'keys') return may.administer
    return name === 'audit' ? may.change : true
  })
}
