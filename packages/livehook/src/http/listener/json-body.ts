// JSON bodies of everything but events: as strict as theirs. Not UTF-8, a name twice, half a character: what another reader would
// take for something else is refused.

import { scanJson } from '@livehook/protocol/node'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ServiceError } from '../../domain/errors/service-error.ts'

const maxDepth = 100

/** Reads JSON bodies in this scope and those inside of it. */
export function readJsonStrictly(app: FastifyInstance): void {
  // Refuses `__proto__` and `constructor.prototype` wherever they stand.
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request: FastifyRequest, body, done) => {
    try {
      checkBytes(Buffer.from(body))
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)))
      return
    }
    void parse(request, body.toString(), (error, value) => {
      const half = error === null ? halfCharacter(value, '') : undefined
      if (half === undefined) done(error, value)
      else
        done(
          new ServiceError('invalid_request', `${half} has half of a character.`, {
            errors: [{ pointer: half, detail: 'has half of a character' }],
          }),
        )
    })
  })
}

/** @throws ServiceError naming what the bytes are not */
function checkBytes(bytes: Uint8Array): void {
  const scan = scanJson(bytes, { maxDepth })
  if (scan.kind === 'invalid') {
    switch (scan.code) {
      case 'empty_body':
        throw new ServiceError('invalid_json', 'The body is empty; send a JSON object.')
      case 'invalid_utf8':
        throw new ServiceError('invalid_utf8', `The body is not UTF-8: byte ${scan.offset} fits no character.`)
      case 'too_deep':
        throw new ServiceError('too_deep', `The body nests deeper than ${maxDepth} levels at byte ${scan.offset}.`)
      case 'invalid_json':
      // Read without a limit of these: there are at most 64 KiB.
      case 'too_many_members':
      case 'too_many_values':
      default:
        throw new ServiceError(
          'invalid_json',
          `The body must be one JSON object; it leaves the grammar at byte ${scan.offset}.`,
        )
    }
  }
  if (scan.kind === 'object') checkNames(bytes, '')
}

/** Objects in objects; what stands in lists is short and is checked by its schema. */
function checkNames(bytes: Uint8Array, pointer: string): void {
  const scan = scanJson(bytes)
  if (scan.kind !== 'object') return
  const names = new Set<string>()
  for (const { name, valueKind, valueStart, valueEnd } of scan.members) {
    const place = `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (names.has(name)) {
      const detail = 'stands there twice'
      throw new ServiceError('duplicate_key', `${place} ${detail}.`, { errors: [{ pointer: place, detail }] })
    }
    names.add(name)
    if (valueKind === 'object') checkNames(bytes.subarray(valueStart, valueEnd), place)
  }
}

/** Where a text stands that is no Unicode: it cannot be written down as it is. */
function halfCharacter(value: unknown, pointer: string): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : pointer
  if (typeof value !== 'object' || value === null) return undefined
  for (const [name, inner] of Object.entries(value)) {
    const place = `${pointer}/${name}`
    if (!name.isWellFormed()) return place.toWellFormed()
    const found = halfCharacter(inner, place)
    if (found !== undefined) return found
  }
  return undefined
}
