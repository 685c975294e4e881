import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { readFamilies } from '../../scripts/catalogue/records.ts'
import { listCommands, makeReply, sampleOf } from '../../src/catalogue.ts'
import { ok } from '../../src/index.ts'
import { openApiWebhooks, replySchemaOf, schemaOf } from '../../src/schemas.ts'
import type { JsonSchema } from '../../src/schemas.ts'

type Json = string | number | boolean | null | Json[] | { [member: string]: Json }

const records = readFamilies().flatMap(({ commands }) => commands)
const events = records.filter(({ configOnly }) => configOnly !== true)
const bodies = events.flatMap(({ command, sample, otherSamples = [] }) =>
  [sample, ...otherSamples.map(({ body }) => body)].map((body) => ({ command, body: body as Json })),
)

// One for all: schemas refer to nothing, and compiling is what takes time.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true })
const validators = new Map(events.map(({ command }) => [command, ajv.compile(schemaOf(command)!)]))

/** All places in a value that its schema says something about, with the schema of each. */
function places(value: Json, schema: JsonSchema, path: readonly (string | number)[] = []): Place[] {
  const here: Place = { path, schema }
  if (Array.isArray(value)) {
    const items = schema['items'] as JsonSchema | undefined
    if (items === undefined) return [here]
    return [here, ...value.flatMap((each, index) => places(each, items, [...path, index]))]
  }
  if (typeof value !== 'object' || value === null) return [here]
  const properties = (schema['properties'] ?? {}) as Record<string, JsonSchema>
  return [
    here,
    ...Object.entries(value).flatMap(([name, each]) =>
      properties[name] === undefined ? [] : places(each, properties[name], [...path, name]),
    ),
  ]
}

interface Place {
  readonly path: readonly (string | number)[]
  readonly schema: JsonSchema
}

function changed(
  value: Json,
  [step, ...rest]: readonly (string | number)[],
  change: (old: Json) => Json | undefined,
): Json {
  if (step === undefined) return change(value) ?? null
  const copy = structuredClone(value) as { [member: string | number]: Json }
  const next = rest.length === 0 ? change(copy[step]!) : changed(copy[step]!, rest, change)
  if (next === undefined) delete copy[step]
  else copy[step] = next
  return copy
}

describe('the schemas of bodies', () => {
  it('exist for every command that has events, and are well-formed JSON Schema 2020-12', () => {
    const without = listCommands().filter(({ command }) => schemaOf(command) === undefined)
    expect(without.map(({ command }) => command)).toEqual(['Live.CallbackBeforeCallBackNotBlock'])
    const broken = events.filter(({ command }) => ajv.validateSchema(schemaOf(command)!) !== true)
    expect(broken).toEqual([])
    expect(schemaOf('__proto__')).toBeUndefined()
  })

  it.each(bodies)('accept the sample of $command, unknown members and all', ({ command, body }) => {
    const validate = validators.get(command)!
    validate(body)
    expect(validate.errors).toBeNull()
    expect(validate({ ...(body as object), Newer: { x: 1 } })).toBe(true)
  })

  it.each(bodies)('refuse the sample of $command with any member of another type or value', ({ command, body }) => {
    const wrong = places(body, schemaOf(command)!).flatMap(({ path, schema }) => {
      const otherType = schema['type'] === 'boolean' ? 'true' : true
      const otherValue = schema['type'] === 'integer' ? 4711 : 'another word'
      const isListed = schema['enum'] !== undefined || schema['const'] !== undefined
      return [otherType, ...(isListed ? [otherValue] : [])].map((value) => ({
        path,
        body: changed(body, path, () => value),
      }))
    })
    expect(wrong.length).toBeGreaterThan(2)
    expect(wrong.filter((each) => validators.get(command)!(each.body)).map(({ path }) => path)).toEqual([])
  })

  /** The sample without one member, for every member of which its schema knows. */
  const shortened = (command: string, body: Json) =>
    places(body, schemaOf(command)!).flatMap(({ path, schema }) => {
      const at = path.reduce<Json>((value, step) => (value as { [member: string | number]: Json })[step]!, body)
      const names = Array.isArray(at) || typeof at !== 'object' ? [] : Object.keys(at ?? {})
      const required = (schema['required'] ?? []) as string[]
      return names.map((name) => ({
        path: [...path, name].join('.'),
        isRequired: required.includes(name),
        body: changed(body, [...path, name], () => undefined),
      }))
    })

  it.each(bodies)('refuse the sample of $command without a required member, and no other', ({ command, body }) => {
    const all = shortened(command, body)
    const refused = all.filter((each) => !validators.get(command)!(each.body))
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.map(({ path }) => path)).toEqual(all.filter(({ isRequired }) => isRequired).map(({ path }) => path))
  })
})

describe('the schemas of replies', () => {
  const asks = listCommands().filter(({ reply }) => reply !== undefined)

  it.each(asks)('accept what is made for $command, and nothing without ErrorCode', (command) => {
    const validate = ajv.compile(replySchemaOf(command.command)!)
    const members = Object.fromEntries(
      Object.entries(command.reply!.members).flatMap(([name, { required }]) =>
        required ? [[name, memberOf(name)]] : [],
      ),
    )
    const allowed = makeReply(command, { verdict: 'allow', members })
    expect(validate(allowed)).toBe(true)
    expect(validate({ ...allowed, ErrorCode: 1, ErrorInfo: 'no' })).toBe(true)
    const { ErrorCode: _left, ...without } = allowed
    expect(validate(without)).toBe(false)
    for (const name of Object.keys(members)) expect(validate({ ...allowed, [name]: undefined })).toBe(false)
    expect(validate({ ...allowed, ErrorCode: '0' })).toBe(false)
  })

  it('refuse replacements that cannot be sent', () => {
    const validate = ajv.compile(replySchemaOf('C2C.CallbackBeforeSendMsg')!)
    expect(validate({ ...ok(), MsgBody: [{ MsgType: 'TIMTextElem', MsgContent: { Text: 'x' } }] })).toBe(true)
    for (const MsgBody of [[], 'x', [{ MsgType: 'TIMTextElem' }], [{ MsgType: 1, MsgContent: {} }]]) {
      expect(validate({ ...ok(), MsgBody })).toBe(false)
    }
    expect(validate({ ...ok(), CloudCustomData: {} })).toBe(false)
  })

  it('are the plain acknowledgement for after commands', () => {
    expect(ajv.validate(replySchemaOf('Live.CallbackAfterCreateRoom')!, ok())).toBe(true)
    expect(replySchemaOf('Nope.X')).toBeUndefined()
  })
})

function memberOf(name: string): unknown {
  return name === 'ResultItem' ? [{ To_Account: 'ben', ResultCode: 0, ResultInfo: '' }] : 'text'
}

describe('the webhooks of an OpenAPI document', () => {
  it('are all commands that are sent, each with parameters, schema, example and answer', () => {
    const webhooks = openApiWebhooks()
    expect(Object.keys(webhooks)).toEqual(
      listCommands()
        .filter(({ configOnly }) => configOnly !== true)
        .map(({ command }) => command),
    )
    expect(webhooks['Push.OfflinePush']).toMatchObject({
      post: {
        operationId: 'Push.OfflinePush',
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: { $id: 'urn:livehook:command:Push.OfflinePush' },
              example: JSON.parse(sampleOf('Push.OfflinePush')!),
            },
          },
        },
        responses: { 200: { content: { 'application/json': { schema: { $id: 'urn:livehook:reply' } } } } },
      },
    })
    const names = (word: string) =>
      (webhooks[word]!['post'] as { parameters: { name: string }[] }).parameters.map(({ name }) => name)
    expect(names('Push.OfflinePush')).toEqual(['SdkAppId', 'WebhookCommand', 'contenttype', 'Sign', 'RequestTime'])
    expect(names('Live.CallbackAfterCreateRoom')).toEqual([
      'SdkAppId',
      'WebhookCommand',
      'contenttype',
      'ClientIP',
      'OptPlatform',
      'Sign',
      'RequestTime',
    ])
  })

  it('belong to the caller, who may change them', () => {
    const [first, second] = [openApiWebhooks(), openApiWebhooks()]
    Object.assign(first['State.StateChange']!, { post: null })
    expect(second['State.StateChange']).toHaveProperty('post.operationId')
  })
})
