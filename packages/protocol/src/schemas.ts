// `@livehook/protocol/schemas`: JSON Schema 2020-12 for every body and every reply. Each is a constant of its own
// (`liveCallbackAfterCreateRoomSchema`), so that a bundler keeps what is used; the functions below know all of them.

import { acknowledgementSchema, bodySchemas, replySchemas } from './catalogue/generated/schemas.ts'
import type { JsonSchema } from './catalogue/command.ts'

export * from './catalogue/generated/schemas.ts'
export type { JsonSchema } from './catalogue/command.ts'
export { openApiWebhooks } from './catalogue/open-api.ts'

/** The schema of a command's body as the service sends it; `undefined` for unknown words and those that only configure. */
export function schemaOf(word: string): JsonSchema | undefined {
  return Object.hasOwn(bodySchemas, word) ? bodySchemas[word] : undefined
}

/** The schema of the reply to a command; the plain acknowledgement for *after* commands. */
export function replySchemaOf(word: string): JsonSchema | undefined {
  if (Object.hasOwn(replySchemas, word)) return replySchemas[word]
  return schemaOf(word) === undefined ? undefined : acknowledgementSchema
}
