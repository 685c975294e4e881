import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { readQuery, valuesOfTwo } from '../../src/url/query.ts'

it('finds of two parameters what reading the whole query finds', () => {
  const piece = fc.constantFrom('Sign', 'RequestTime', '%53ign', 'sign', '=', '&', '?', 'a', '+', '%', '%3D', '1')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const query = pieces.join('')
      const valuesOf = (wanted: string) =>
        readQuery(query).flatMap(({ name, value }) => (name === wanted ? [value] : []))
      expect(valuesOfTwo(query, 'Sign', 'RequestTime')).toEqual([valuesOf('Sign'), valuesOf('RequestTime')])
    }),
    { numRuns: 2000 },
  )
})
