// Node's http and https without their facades for ES modules: `import … from 'node:http'` reads every export at once, and one of
// them brings a whole implementation of fetch with it. Measured: 3 ms instead of 40 alone, 20 ms of a whole start.

import type * as Https from 'node:https'

const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http')

export { createServer, STATUS_CODES }

/** Only who has a certificate needs it. */
export function nodeHttps(): typeof Https {
  return process.getBuiltinModule('node:https')
}
