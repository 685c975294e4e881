// What taking a POST costs at least: `node:http`, the body read, an answer of the size of ours, nothing kept.

import { createServer } from 'node:http'

export interface BareServerReport {
  readonly cpuSeconds: number
}

const answer = '{"eventId":"evt_0000000000000000000","status":"accepted","deliveries":["dlv_0000000000000000000"]}'

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    JSON.parse(Buffer.concat(chunks).toString('utf8'))
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer)
  })
}).listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 })
})

let before = process.cpuUsage()
process.on('message', (order: { readonly kind: 'reset' | 'report' }) => {
  const { user, system } = process.cpuUsage(before)
  before = process.cpuUsage()
  process.send?.(order.kind === 'report' ? ({ cpuSeconds: (user + system) / 1e6 } satisfies BareServerReport) : {})
})
process.on('disconnect', () => process.exit(0))
