// The words of rooms that are loaded when they are entered. Each is a namespace of its own; its file stands once per
// language. What every page needs is in en.ts and zh.ts.

import type { i18n } from 'i18next'
import type { firstRun } from './en/first-run.ts'
import type { commands } from './en/commands.ts'
import type { decisions } from './en/decisions.ts'
import type { overview } from './en/overview.ts'
import type { palette } from './en/palette.ts'
import type { redeliveries } from './en/redeliveries.ts'
import type { registration } from './en/registration.ts'
import type { tryIt } from './en/try-it.ts'
import type { settings } from './en/settings.ts'
import type { keys } from './en/keys.ts'
import type { audit } from './en/audit.ts'
import type { Language } from './language.ts'

/** The words of each room, as English has them. */
export interface RoomWords {
  audit: typeof audit
  keys: typeof keys
  settings: typeof settings
  commands: typeof commands
  tryIt: typeof tryIt
  firstRun: typeof firstRun
  decisions: typeof decisions
  overview: typeof overview
  palette: typeof palette
  redeliveries: typeof redeliveries
  registration: typeof registration
}

export type Room = keyof RoomWords

/** Where the words of a room are, per language. */
export const roomWords: Readonly<Record<Room, Readonly<Record<Language, () => Promise<object>>>>> = {
  audit: {
    en: async () => (await import('./en/audit.ts')).audit,
    zh: async () => (await import('./zh/audit.ts')).audit,
  },
  keys: {
    en: async () => (await import('./en/keys.ts')).keys,
    zh: async () => (await import('./zh/keys.ts')).keys,
  },
  settings: {
    en: async () => (await import('./en/settings.ts')).settings,
    zh: async () => (await import('./zh/settings.ts')).settings,
  },
  commands: {
    en: async () => (await import('./en/commands.ts')).commands,
    zh: async () => (await import('./zh/commands.ts')).commands,
  },
  tryIt: {
    en: async () => (await import('./en/try-it.ts')).tryIt,
    zh: async () => (await import('./zh/try-it.ts')).tryIt,
  },
  firstRun: {
    en: async () => (await import('./en/first-run.ts')).firstRun,
    zh: async () => (await import('./zh/first-run.ts')).firstRun,
  },
  decisions: {
    en: async () => (await import('./en/decisions.ts')).decisions,
    zh: async () => (await import('./zh/decisions.ts')).decisions,
  },
  overview: {
    en: async () => (await import('./en/overview.ts')).overview,
    zh: async () => (await import('./zh/overview.ts')).overview,
  },
  palette: {
    en: async () => (await import('./en/palette.ts')).palette,
    zh: async () => (await import('./zh/palette.ts')).palette,
  },
  redeliveries: {
    en: async () => (await import('./en/redeliveries.ts')).redeliveries,
    zh: async () => (await import('./zh/redeliveries.ts')).redeliveries,
  },
  registration: {
    en: async () => (await import('./en/registration.ts')).registration,
    zh: async () => (await import('./zh/registration.ts')).registration,
  },
}

/** Loads what a room says, in the language that is spoken; once. */
export async function loadRoomWords(instance: i18n, rooms: readonly Room[]): Promise<void> {
  const language: Language = instance.language === 'zh' ? 'zh' : 'en'
  await Promise.all(rooms.map((room) => addRoomWords(instance, room, language)))
}

/** Loads, in another language, what has been loaded in any. */
export async function loadKnownRoomWords(instance: i18n, language: Language): Promise<void> {
  const known = allRooms.filter((room) => instance.hasResourceBundle(instance.language, room))
  await Promise.all(known.map((room) => addRoomWords(instance, room, language)))
}

// eslint-disable-next-line typescript/no-unsafe-type-assertion -- the keys are those that its type names
const allRooms = Object.keys(roomWords) as Room[]

async function addRoomWords(instance: i18n, room: Room, language: Language): Promise<void> {
  if (instance.hasResourceBundle(language, room)) return
  instance.addResourceBundle(language, room, await roomWords[room][language]())
}
