// What the machine can do at best: undici's bare dispatch on Node, kept-alive connections, a Sign per request, nothing kept.

import { makeSign } from '@livehook/protocol/node'
import { Pool } from 'undici'

export interface BareOrder {
  readonly port: number
  readonly connections: number
  readonly count: number
  readonly body: string
}

export interface BareReport {
  readonly seconds: number
  readonly cpuSeconds: number
}

process.on('message', (order: BareOrder) => {
  void run(order).then((report) => process.send?.(report))
})
process.on('disconnect', () => process.exit(0))

async function run(order: BareOrder): Promise<BareReport> {
  const pool = new Pool(`http://127.0.0.1:${order.port}`, { connections: order.connections, pipelining: 1 })
  const body = Buffer.from(order.body)
  const one = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const requestTime = String(Math.floor(Date.now() / 1000))
      pool.dispatch(
        {
          method: 'POST',
          path: `/bare?SdkAppId=1400000001&Sign=${makeSign('xxxxyyyy', requestTime)}&RequestTime=${requestTime}`,
          headers: { 'content-type': 'application/json', 'webhook-id': `evt_${number}` },
          body,
        },
        {
          onRequestStart() {},
          onResponseStart() {},
          onResponseData() {},
          onResponseEnd: () => resolve(),
          onResponseError: (_controller, error) => reject(error),
        },
      )
    })
  let sent = 0
  const send = async (count: number): Promise<void> => {
    const end = sent + count
    await Promise.all(
      Array.from({ length: order.connections }, async () => {
        while (sent < end) {
          sent += 1
          await one(sent)
        }
      }),
    )
  }
  // As the service gets a warm-up, this does: what is compared is how they run, not how they start.
  await send(Math.ceil(order.count / 2))
  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  await send(order.count)
  const seconds = (performance.now() - startedAt) / 1000
  const { user, system } = process.cpuUsage(cpuBefore)
  await pool.close()
  return { seconds, cpuSeconds: (user + system) / 1e6 }
}
