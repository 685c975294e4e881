// What a browser or an edge runtime loads when it uses a part of @livehook/protocol. The budgets are those of scripts/check-size.ts.

import { expect, test } from 'vitest'
import { consoleBudgets, consoleBytes, gzippedBytes, sizeBudgets } from '../scripts/check-size.ts'

test.each(sizeBudgets)('a bundle for $name stays within $maxBytes bytes', async (budget) => {
  expect(await gzippedBytes(budget)).toBeLessThanOrEqual(budget.maxBytes)
})

test('a bundle for one command has no other command, no table of all and no schema in it', async () => {
  const [one] = sizeBudgets
  const table = { program: `export { commandTable } from '@/catalogue/generated/commands'` }
  expect(await gzippedBytes(table)).toBeGreaterThan(2 * (await gzippedBytes(one!)))
  const two = { program: `${one!.program}\nexport { pushOfflinePush } from '@/commands'` }
  expect(await gzippedBytes(two)).toBeGreaterThan(await gzippedBytes(one!))
})

test.each(['br', 'gz'] as const)("the console's first page stays within its budget on the wire, as %s", (encoding) => {
  const bytes = consoleBytes(encoding)
  expect(bytes).toBeLessThanOrEqual(consoleBudgets[encoding])
  // Less would mean that its parts were not found.
  expect(bytes).toBeGreaterThan(consoleBudgets[encoding] / 2)
})
