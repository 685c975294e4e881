// I1 and I3, the hard way: the service is killed while events pour in, again and again, and nothing that was
// acknowledged may be missing afterwards.

import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startCli } from '../support/cli.ts'
import type { RunningCli } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'
import { adminKey } from '../support/service.ts'
import { volume } from '../support/volume.ts'

const command = 'Live.CallbackAfterMemberStateChanged'
const kills = volume(4, 20)
const eventsPerSecond = 2000
const maxInFlight = 8

test(
  `kill -9, ${kills} times while ${eventsPerSecond} events a second come in: every acknowledged event arrives, and duplicates are at most those in flight (I1, I3)`,
  { timeout: 240_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'livehook-test-kill-'))
    const receiver = await openReceiver()
    const env = { LIVEHOOK_ADMIN_KEY: adminKey, LIVEHOOK_EGRESS_ALLOW: '127.0.0.0/8', LIVEHOOK_LOG_LEVEL: 'info' }
    const start = async (): Promise<{ cli: RunningCli; url: string }> => {
      const cli = startCli(['serve', '--port', '0', '--store', `sqlite:${join(folder, 'livehook.db')}`], { env })
      const [, url = ''] = await cli.until(/^livehook ready on (\S+)$/m)
      return { cli, url }
    }
    const acknowledged = new Set<string>()
    let inFlightAtKill = 0
    let running = await start()
    const sdkAppId = await register(running.url, receiver.url)
    for (let kill = 1; kill <= kills; kill += 1) {
      const pour = pourEvents(`${running.url}/v1/apps/${sdkAppId}/events?command=${command}`, acknowledged)
      // In full flow, whatever the machine; never twice at the same moment of a commit.
      const enough = acknowledged.size + 220 + 7 * kill
      while (acknowledged.size < enough) await sleep(1)
      running.cli.child.kill('SIGKILL')
      await pour.stop()
      await running.cli.ended
      running = await start()
      inFlightAtKill += Number(
        /"count":(\d+).*in flight when the last process was lost/.exec(running.cli.stderr())?.[1] ?? 0,
      )
    }

    const arrivals = (): Map<string, number> => {
      const counts = new Map<string, number>()
      for (const { headers } of receiver.requests) {
        const id = headers['webhook-id'] as string
        counts.set(id, (counts.get(id) ?? 0) + 1)
      }
      return counts
    }
    const missing = (): string[] => [...acknowledged].filter((id) => !arrivals().has(id))
    for (let waited = 0; waited < 60 && missing().length > 0; waited += 1) await sleep(500)
    expect(missing()).toEqual([])
    // Far more than a handful, or the test would say nothing about being in full flow.
    expect(acknowledged.size).toBeGreaterThan(kills * 200)
    const duplicates = [...arrivals().values()].reduce((sum, count) => sum + count - 1, 0)
    expect(duplicates).toBeLessThanOrEqual(inFlightAtKill)
    // A place is held until its attempt is recorded.
    expect(duplicates).toBeLessThanOrEqual(kills * maxInFlight)

    running.cli.child.kill('SIGTERM')
    expect((await running.cli.ended).code).toBe(0)
    await receiver.close()
    await rm(folder, { recursive: true, force: true })
  },
)

async function register(url: string, receiverUrl: string): Promise<number> {
  const call = async (method: string, path: string, body: object): Promise<Record<string, unknown>> => {
    const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) })
    return (await response.json()) as Record<string, unknown>
  }
  const sdkAppId = Number((await call('POST', '/v1/apps', { name: 'kill' }))['sdkAppId'])
  const webhooks = `/v1/apps/${sdkAppId}/webhooks`
  const { webhookId } = await call('POST', webhooks, {
    url: receiverUrl,
    commands: ['*'],
    retry: [1, 1, 1, 1, 1],
    maxInFlight,
  })
  await call('PUT', `${webhooks}/${String(webhookId)}/token`, { token: 'xxxxyyyy' })
  return sdkAppId
}

/** Posts events at a steady rate, one per request, and notes the ids that were acknowledged. */
function pourEvents(url: string, acknowledged: Set<string>): { stop(): Promise<void> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const open = new Set<Promise<void>>()
  const everyMs = 10
  const timer = setInterval(() => {
    for (let n = 0; n < (eventsPerSecond * everyMs) / 1000; n += 1) {
      const posted = post(url, agent, acknowledged).finally(() => open.delete(posted))
      open.add(posted)
    }
  }, everyMs)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      agent.destroy()
    },
  }
}

function post(url: string, agent: Agent, acknowledged: Set<string>): Promise<void> {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' }
  return new Promise((resolve) => {
    const call = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => {
        // Only a complete 202 is an acknowledgement.
        if (response.statusCode === 202 && response.complete) {
          acknowledged.add((JSON.parse(text) as { eventId: string }).eventId)
        }
        resolve()
      })
      response.on('error', () => resolve())
    })
    call.on('error', () => resolve())
    call.end('{"RoomId":"stage-42","EventType":"Online","MemberList":[{"Member_Account":"fan_lin"}]}')
  })
}
