// Writes the bundle of the API's page into a folder: `node scripts/write-api-page.mjs <folder> <version>`.

import scalar from '@scalar/fastify-api-reference'
import fastify from 'fastify'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './toolchain.mjs'

const [folder, version] = process.argv.slice(2)
// The package has the bundle in itself and serves it; to ask for it is its public way.
const app = fastify()
await app.register(scalar, { routePrefix: '/page', configuration: { url: '/openapi.json' } })
const { statusCode, rawPayload } = await app.inject('/page/js/scalar.js')
if (statusCode !== 200) throw new Error(`The bundle was answered with ${statusCode}.`)
await app.close()
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'scalar.js.gz'), gzipSync(rawPayload, { level: 9 }))
// Anyone who hands the bundle on hands its licence on.
copyFileSync(join(root, 'node_modules/@scalar/fastify-api-reference/LICENSE'), join(folder, 'LICENSE'))
writeFileSync(join(folder, 'version.txt'), version)
