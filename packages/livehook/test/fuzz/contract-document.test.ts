import { describe, expect, test } from 'vitest'
import { readDocument } from './contract-document.ts'

const contract = readDocument(
  JSON.stringify({
    paths: {
      '/v1/things/{id}': {
        get: {
          responses: {
            200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
            204: {},
            404: {
              content: {
                'application/problem+json': {
                  schema: {
                    allOf: [
                      { $ref: '#/components/schemas/Problem' },
                      { properties: { code: { enum: ['not_found'] } } },
                    ],
                  },
                },
              },
            },
          },
        },
      },
    },
    components: {
      schemas: {
        Thing: {
          type: 'object',
          required: ['id'],
          properties: {
            id: { type: 'integer' },
            parts: { type: 'array', items: { $ref: '#/components/schemas/Thing' } },
          },
        },
        Problem: {
          type: 'object',
          required: ['code'],
          properties: { code: { type: 'string' }, status: { type: 'integer' } },
        },
      },
    },
  }),
)
const [operation] = contract.operations
const answered = (status: number, text: string, type = 'application/json; charset=utf-8') =>
  contract.breach(operation!, { status, type, text })
const problem = 'application/problem+json'

describe('What the fuzz takes for a breach of the contract', () => {
  test.each([
    ['a good answer', answered(200, '{"id":1,"parts":[{"id":2}]}')],
    ['no body where there is none', answered(204, '', '')],
    ['a problem with a code of its own', answered(404, '{"code":"not_found","status":404}', problem)],
  ])('is not %s', (_, found) => expect(found).toBeUndefined())

  test.each([
    ['a member of another type', answered(200, '{"id":"1"}'), 'integer'],
    ['a member that is missing', answered(200, '{}'), 'required'],
    ['a member that no one promised', answered(200, '{"id":1,"token":"x"}'), 'additional'],
    ['the same further in', answered(200, '{"id":1,"parts":[{"id":2,"x":1}]}'), 'additional'],
    ['a status that is not there', answered(201, '{"id":1}'), '201'],
    ['a type that is not there', answered(200, '<p>', 'text/html'), 'text/html'],
    ['a body where there is to be none', answered(204, 'x', ''), 'none'],
    ['a code that is not the route’s', answered(404, '{"code":"gone"}', problem), 'allowed values'],
    ['anything of 500', answered(500, '{}', problem), '500'],
  ])('is %s', (_, found, word) => expect(found).toContain(word))
})
