import { readEvent } from '@livehook/protocol/catalogue'
import { schemaOf } from '@livehook/protocol/schemas'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planEvening } from '../../src/cli/simulate/evening.ts'
import { unwanted } from '../../src/cli/simulate/unwanted.ts'
import { barLine } from '../../src/cli/terminal/progress-bar.ts'
import { startCli, startCliInTerminal, startInProcess } from '../support/cli.ts'
import type { TestService } from '../support/service.ts'
import { adminKey, openService } from '../support/service.ts'

const askedCommands = ['Live.CallbackBeforeSendGift', 'Group.CallbackBeforeSendMsg']
const evening = { seed: 7, rooms: 6, viewers: 300, durationMs: 10_000, startAt: 1_795_000_000_000 }

describe('an evening', () => {
  test('is the same from the same seed, and another from another', () => {
    expect(planEvening(evening)).toEqual(planEvening(evening))
    expect(planEvening({ ...evening, seed: 8 })).not.toEqual(planEvening(evening))
  })

  test('is told in the order of time, within its rooms, and ends with all of them closed', () => {
    const happenings = planEvening(evening)
    expect(happenings.map(({ at }) => at)).toEqual(
      happenings.map(({ at }) => at).toSorted((left, right) => left - right),
    )
    const open = new Set<unknown>()
    const outside: unknown[] = []
    for (const { tell } of happenings) {
      const { body } = tell
      const roomId = body['RoomId'] ?? body['GroupId'] ?? (body['RoomInfo'] as { RoomId?: string } | undefined)?.RoomId
      if (tell.command === 'Live.CallbackAfterCreateRoom') open.add(roomId)
      else if (roomId !== undefined && !open.has(roomId)) outside.push(tell)
      if (tell.command === 'Live.CallbackAfterDestroyRoom') open.delete(roomId)
    }
    expect([[...open], outside]).toEqual([[], []])
  })

  test('has every viewer come, asks about every message and gift, and writes some that a moderator would deny', () => {
    const happenings = planEvening(evening)
    const came = happenings
      .filter(({ tell }) => tell.body['EventType'] === 'Online')
      .flatMap(({ tell }) => tell.body['MemberList'] as unknown[])
    expect(came).toHaveLength(evening.viewers)
    const talk = happenings.filter(({ tell }) => tell.command === 'Group.CallbackAfterSendMsg')
    expect(talk.every(({ ask }) => ask !== undefined)).toBe(true)
    const bad = talk.filter(({ tell }) => JSON.stringify(tell.body).includes(unwanted))
    expect(bad.length).toBeGreaterThan(0)
    expect(bad.length).toBeLessThan(talk.length / 5)
    const words = new Set(happenings.map(({ tell }) => tell.command))
    for (const word of ['Mic.CallbackAfterSeatInfoChanged', 'Live.CallbackAfterCloudRecordingChanged']) {
      expect(words).toContain(word)
    }
    expect(new Set(planEvening({ ...evening, rooms: 40 }).map(({ tell }) => tell.command))).toContain(
      'Live.CallbackAfterEndBattle',
    )
  })

  test('has bodies as the catalogue has them', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    const bad: unknown[] = []
    const validators = new Map<string, ReturnType<typeof ajv.compile>>()
    for (const { ask, tell } of planEvening({ ...evening, rooms: 40 })) {
      for (const { command, body } of ask === undefined ? [tell] : [ask, tell]) {
        const schema = schemaOf(command)
        if (schema === undefined) throw new Error(`${command} is not in the catalogue`)
        const validate = validators.get(command) ?? ajv.compile(schema)
        validators.set(command, validate)
        const complete = { CallbackCommand: command, ...body }
        if (!validate(complete)) bad.push([command, validate.errors])
        const read = readEvent(command, Buffer.from(JSON.stringify(complete)))
        // Bodies of recordings have a time of their own and no EventTime.
        const drift = read.kind === 'event' ? read.drift.filter(({ kind }) => kind !== 'time_from') : []
        if (read.kind !== 'event' || drift.length > 0) bad.push([command, read])
      }
    }
    expect(bad).toEqual([])
  })
})

describe('livehook simulate', () => {
  let folder: string
  let service: TestService
  let env: Record<string, string>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'livehook-test-simulate-'))
    service = await openService()
    env = { TMPDIR: folder, LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey, LIVEHOOK_TOKEN: 'evening-token' }
  })
  afterAll(async () => {
    await service.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('everything that is handed in arrives at listen, and the totals of both sides agree', async () => {
    const rule = `Group.CallbackBeforeSendMsg~${unwanted}=10101`
    const listen = startInProcess(['listen', '--port', '0', '--quiet', '--json', '--deny', rule], { env })
    const [, url = ''] = await listen.until(/"url":"([^"]+)"/)
    const { sdkAppId } = await service.createApp('evening')
    await service.createWebhook(sdkAppId, { url: `${url}/hook`, commands: ['*', ...askedCommands] }, 'evening-token')
    const size = ['--seed', '7', '--rooms', '4', '--viewers', '200', '--duration', '3s']
    const simulate = await startInProcess(['simulate', ...size, '--app', String(sdkAppId), '--json'], { env }).ended
    listen.stop()
    const listened = await listen.ended
    expect(simulate.stderr).not.toContain('livehook:')
    expect(simulate.code).toBe(0)
    const sent = JSON.parse(simulate.stdout) as Record<string, number>
    const totals = JSON.parse(listened.stdout.trim().split('\n').at(-1) ?? '') as {
      refused: number
      commands: Record<string, number>
    }
    const count = (isAsk: boolean): number =>
      Object.entries(totals.commands)
        .filter(([command]) => askedCommands.includes(command) === isAsk)
        .reduce((sum, [, each]) => sum + each, 0)
    expect(totals.refused).toBe(0)
    expect(count(true)).toBe(sent['asked'])
    expect(count(false)).toBe(sent['succeeded'])
    expect(sent['succeeded']).toBe(sent['accepted'])
    expect(sent['denied']).toBeGreaterThan(0)
    expect(sent['allowed']! + sent['denied']!).toBe(sent['asked'])
    expect(sent['pending']).toBe(0)
    expect(totals.commands['Live.CallbackAfterCreateRoom']).toBe(4)
  })

  test('in livehook dev a moderator denies what advertises, and the rest arrives', async () => {
    const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
    const node = `"${process.execPath}" --conditions=source --disable-warning=ExperimentalWarning "${main}"`
    const simulate = `${node} simulate --seed 3 --rooms 2 --viewers 60 --duration 1s --json`
    const { code, stdout } = await startCli(['dev', '--exec', simulate], { env: { TMPDIR: folder } }).ended
    expect(code).toBe(0)
    const { asked, allowed, denied, accepted, succeeded } = JSON.parse(stdout) as Record<string, number>
    expect(denied).toBeGreaterThan(0)
    expect([allowed! + denied!, succeeded]).toEqual([asked, accepted])
  })

  test('keeps to the quotas of the app: what it is told to hand in later arrives as well', async () => {
    const { sdkAppId } = await service.createApp('quota')
    const quota = await service.call('PATCH', `/v1/apps/${sdkAppId}`, { eventsPerSecond: 20, asksPerSecond: 20 })
    expect(quota.status).toBe(200)
    const size = ['--seed', '5', '--rooms', '1', '--viewers', '12', '--duration', '1s', '--app', String(sdkAppId)]
    const { code, stdout } = await startInProcess(['simulate', ...size, '--json'], { env }).ended
    expect(code).toBe(0)
    const { allowed, asked, accepted, notSubscribed } = JSON.parse(stdout) as Record<string, number>
    expect([allowed, notSubscribed]).toEqual([asked, accepted])
    const plan = planEvening({ seed: 5, rooms: 1, viewers: 12, durationMs: 1000, startAt: 0 })
    expect(accepted).toBe(plan.length)
  })

  test('says in a table, and by exit code 6, that something did not arrive', async () => {
    const { sdkAppId } = await service.createApp('no one there')
    await service.createWebhook(sdkAppId, { url: 'http://127.0.0.1:9099/', commands: ['Live.*'], retry: 'none' })
    const { code, stdout, stderr } = await startInProcess(
      ['simulate', '--rooms', '1', '--viewers', '3', '--duration', '1s', '--app', String(sdkAppId)],
      { env },
    ).ended
    expect(code).toBe(6)
    expect(stdout).toMatch(/^ +COUNT\nasked +\d+\n {2}allowed +\d+\n/)
    expect(stdout).toMatch(/ {2}dead +[1-9]/)
    expect(stderr).toMatch(/Not every delivery succeeded: \d+ dead/)
    expect(stderr).not.toContain('\r')
  })

  test('Ctrl-C ends it with the counts so far and 130; in a terminal a bar shows how far it is', async () => {
    const { sdkAppId } = await service.createApp('stopped')
    const args = ['simulate', '--rooms', '500', '--viewers', '500', '--duration', '600s', '--app', String(sdkAppId)]
    const cli = startCliInTerminal(args, { env, columns: 70 })
    await cli.until(/░ +\d+ % {2}[1-9]\d* accepted/)
    cli.child.stdin.write('\u0003')
    const { code, stdout } = await cli.ended
    expect(code).toBe(130)
    expect(stdout).toMatch(/accepted +[1-9]/)
    expect(stdout).toContain('Stopped before the evening was over.')
  })

  test.each([
    [['--duration', 'long'], '--duration takes a while such as 90s'],
    [['--rooms', '0'], '--rooms takes a whole number'],
    [['--seed', '-1'], '--seed takes a whole number'],
  ])('%j is refused and says why', async (args, says) => {
    const { code, stderr } = await startInProcess(['simulate', ...args], { env }).ended
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })
})

test('a progress bar is never as wide as its terminal', () => {
  expect(barLine(0.5, 'x'.repeat(200), 60)).toHaveLength(59)
  expect(barLine(0.5, 'half', 80)).toMatch(/^█{12}░{12} {2}50 % {2}half$/)
})
