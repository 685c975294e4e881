import { Validator } from '@seriousme/openapi-schema-validator'
import { listCommands, sampleOf } from '@livehook/protocol/catalogue'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/domain/errors/service-error.ts'
import { errorCodes } from '../../src/domain/errors/service-error.ts'
import { rights } from '../../src/http/gates/rights.ts'
import { openService } from '../support/service.ts'
import type { TestService } from '../support/service.ts'

let service: TestService
let document: Record<string, unknown>
beforeAll(async () => {
  service = await openService()
  document = (await service.call('GET', '/openapi.json', undefined, { authorization: '' })).body
})
afterAll(() => service.close())

interface OperationObject {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly description?: string
  readonly security: readonly object[]
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: unknown }> }>
}

/** Every operation of the document as `METHOD /path/:with/parameters`. */
function operationsOf(): ReadonlyMap<string, OperationObject> {
  const paths = document['paths'] as Record<string, Record<string, OperationObject>>
  return new Map(
    Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => [
        `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
        operation,
      ]),
    ),
  )
}

function codesOf(schema: unknown): readonly ErrorCode[] {
  const parts = schema as
    | { readonly allOf: readonly [object, { readonly properties: { readonly code: { readonly enum: ErrorCode[] } } }] }
    | undefined
  return parts?.allOf[1].properties.code.enum ?? []
}

describe('/openapi.json', () => {
  test('is a valid OpenAPI 3.1 document, for anybody to read', async () => {
    const validator = new Validator()
    const result = await validator.validate(structuredClone(document))
    expect(result).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  test('has every route that has a right, and no other', () => {
    const pages = /^GET \/docs/
    const routes = Object.keys(rights).filter((route) => !pages.test(route))
    expect([...operationsOf().keys()].toSorted()).toEqual(routes.toSorted())
  })

  test('says of every operation what it is for, what it answers and whose key it needs', () => {
    const lacking = [...operationsOf()].flatMap(([route, { summary, responses, security, description = '' }]) => {
      const isOpen = rights[route] === 'public' || rights[route] === 'own'
      return [
        ...(summary.includes('/') ? [`${route} has no summary`] : []),
        ...(Object.keys(responses).some((status) => status.startsWith('2')) ? [] : [`${route} answers nothing`]),
        ...(security.length === (isOpen ? 0 : 2) ? [] : [`${route} has the wrong security`]),
        ...(isOpen || description.includes('Needs a key with the role') ? [] : [`${route} says nothing of roles`]),
      ]
    })
    expect(lacking).toEqual([])
    const ids = [...operationsOf().values()].map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('names the codes of each error, each with its status', () => {
    const named = [...operationsOf().values()].flatMap(({ responses }) =>
      Object.entries(responses).flatMap(([status, { content }]) =>
        codesOf(content?.['application/problem+json']?.schema).map((code) => [code, Number(status)] as const),
      ),
    )
    for (const [code, status] of named) expect({ code, ...errorCodes[code] }).toMatchObject({ code, status })
    // Those that come before any operation is known.
    const ofListener = ['method_not_allowed', 'request_timeout', 'expectation_failed', 'headers_too_large']
    const codes = new Set<string>([...named.map(([code]) => code), ...ofListener])
    expect([...codes].toSorted()).toEqual(Object.keys(errorCodes).toSorted())
  })

  test('has the requests of every command that is sent', () => {
    const sent = listCommands().filter(({ command }) => sampleOf(command) !== undefined)
    expect(Object.keys(document['webhooks'] as object)).toEqual(sent.map(({ command }) => command))
  })

  test('refers to nothing that is not in it', () => {
    const text = JSON.stringify(document)
    const { schemas } = document['components'] as { schemas: object }
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
      expect(schemas).toHaveProperty(name ?? '')
    expect([...text.matchAll(/"\$ref":"(?!#\/components\/schemas\/)/g)]).toEqual([])
    expect(text).not.toMatch(/"\$id"|"\$schema"/)
  })
})
