// POST /v1/apps/{sdkAppId}/commands/{command}/check: what is wrong with a body, before it is sent. Nothing is kept or called.

import { completeBody } from '@livehook/protocol/node'
import { findCommand } from '@livehook/protocol/catalogue'
import type { FastifyInstance } from 'fastify'
import type { Static } from 'typebox'
import { noCommand } from '../../../domain/errors/missing.ts'
import type { BodyFault } from '../../../engine/wire/body-schema.ts'
import type { CustomCommands } from '../../../engine/kept/custom-commands.ts'
import { commandOf, hintFor } from '../../../engine/kept/custom-commands.ts'
import type { BodyCheck } from '../../contract/contract.ts'
import { AppCommandParams } from '../../contract/contract.ts'
import { encodingProblem } from '../../listener/raw-body.ts'

export interface BodyCheckRouteDeps {
  readonly customs: Pick<CustomCommands, 'get' | 'ofApp'>
  readonly now: () => number
}

/** An event's body; what we add in front does not count. */
const maxEventBytes = 262_144

type CatalogueCheck = (word: string, body: Uint8Array) => readonly BodyFault[]

export function bodyCheckRoutes(app: FastifyInstance, deps: BodyCheckRouteDeps): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: maxEventBytes },
    (_request, body, done) => done(null, body),
  )
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    done(encodingProblem(request))
  })
  // The checker is loaded when someone composes.
  let loaded: Promise<CatalogueCheck> | undefined

  app.post<{ Params: Static<typeof AppCommandParams>; Body: Buffer }>(
    '/v1/apps/:sdkAppId/commands/:command/check',
    { bodyLimit: maxEventBytes, schema: { params: AppCommandParams } },
    async (request): Promise<BodyCheck> => {
      const { sdkAppId, command: word } = request.params
      if (commandOf(deps.customs, sdkAppId, word) === undefined) {
        const hint = hintFor(deps.customs, sdkAppId, word)
        throw noCommand(word, hint)
      }
      const body = request.body ?? Buffer.alloc(0)
      const completed = completeBody(body, { command: word, eventTime: deps.now() })
      if (completed.kind === 'refused') {
        const { code, detail, offset } = completed
        const place = offset === undefined ? {} : placeOf(body, offset)
        return { ok: false, problems: [{ code, pointer: '', detail, ...place }] }
      }
      loaded ??= import('../../../engine/wire/catalogue-check.ts').then((module) => module.createCatalogueCheck())
      const faults =
        findCommand(word) === undefined
          ? ownFaults(deps, request.params, completed.bytes)
          : (await loaded)(word, completed.bytes)
      return { ok: faults.length === 0, problems: faults.map((fault) => ({ code: 'body_mismatch', ...fault })) }
    },
  )
}

function ownFaults(
  { customs }: BodyCheckRouteDeps,
  { sdkAppId, command }: Static<typeof AppCommandParams>,
  body: Uint8Array,
): readonly BodyFault[] {
  const fault = customs.get(sdkAppId, command)?.checkBody?.(body)
  return fault === undefined ? [] : [fault]
}

/** Line and column, from 1, as an editor counts them. */
function placeOf(body: Uint8Array, offset: number): { readonly line: number; readonly column: number } {
  const lines = new TextDecoder().decode(body.subarray(0, offset)).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}
