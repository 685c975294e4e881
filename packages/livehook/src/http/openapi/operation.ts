// What is said of an operation for people and for programs, and what all tables of operations share.

import { Type } from 'typebox'
import type { TSchema } from 'typebox'
import type { ErrorCode } from '../../domain/errors/service-error.ts'

export interface Operation {
  readonly tag: keyof typeof tags
  readonly summary: string
  readonly description?: string
  /** By status: a schema of JSON, what there is by media type, or `null` for no body. */
  readonly answers: Readonly<Record<number, TSchema | MediaTypes | null>>
  /** Errors of its own; what every route may answer is added. */
  readonly errors?: readonly ErrorCode[]
  /** The body, where it is not described by a schema that validates it. */
  readonly body?: MediaTypes
  /** There is nothing that must be said: no body at all is a fine request. */
  readonly mayLackBody?: boolean
  /** A body that may be sent as it stands. */
  readonly example?: object
  /** Parameters of the query that are filled in if a request is tried. */
  readonly queryExamples?: Readonly<Record<string, string>>
  /** Headers of the request. */
  readonly headers?: Readonly<Record<string, TSchema>>
}

/** Schemas by media type. */
export interface MediaTypes {
  readonly kind: 'media'
  readonly types: Readonly<Record<string, TSchema>>
}

export const tags = {
  Events: 'Handing in what happened.',
  Asks: 'Asking the app before something happens, and what it decided.',
  Apps: 'The owners of webhooks and events.',
  Webhooks: 'Where the events of an app go.',
  Deliveries: 'What was brought where, how it ended, and doing it again.',
  Commands: 'The catalogue, and commands of an app’s own.',
  Keys: 'Who may use this API, and who changed what.',
  'Configuration calls': 'The calls of the public platform, for scripts that were written for it.',
  Console: 'The sign-in of the console.',
  Service: 'For anyone who watches over the process.',
} as const

export function media(types: Record<string, TSchema>): MediaTypes {
  return { kind: 'media', types }
}

/** A page of any list. */
export function pageOf(item: TSchema): TSchema {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) })
}
