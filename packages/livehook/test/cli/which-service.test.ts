// Which service the command line talks to, and whose word it takes for it.

import { chmod, link, mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NotePlace } from '../../src/cli/client/dev-note.ts'
import { announceDev, runningDevs } from '../../src/cli/client/dev-note.ts'
import { runInProcess } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'

const uid = process.geteuid?.() ?? 0
const target = { url: 'http://127.0.0.1:8484', key: 'lhk_of-the-note' }

let folder: string
let place: NotePlace
/** Where the note lies. */
let notes: string
let note: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-note-'))
  place = { environment: { TMPDIR: folder }, uid }
  notes = join(folder, `livehook-${uid}`)
  note = join(notes, `dev-${process.pid}.json`)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const plant = async (text: string, modes = { folder: 0o700, file: 0o600 }): Promise<void> => {
  await mkdir(notes, { recursive: true })
  await writeFile(note, text)
  await chmod(note, modes.file)
  await chmod(notes, modes.folder)
}

describe('the note of a running livehook dev', () => {
  test('is found by the same user, and gone once it is taken back', () => {
    const forget = announceDev(place, target)
    expect(runningDevs(place)).toEqual([target])
    forget?.()
    expect(runningDevs(place)).toEqual([])
  })

  test.each([
    ['a folder that others may write into', { folder: 0o777, file: 0o600 }],
    ['a folder that others may look into', { folder: 0o755, file: 0o600 }],
    ['a file that others may write', { folder: 0o700, file: 0o622 }],
    ['a file that others may read', { folder: 0o700, file: 0o644 }],
  ])('%s does not count', async (_name, modes) => {
    await plant(JSON.stringify(target), modes)
    expect(runningDevs(place)).toEqual([])
    await plant(JSON.stringify(target))
    expect(runningDevs(place)).toEqual([target])
  })

  test('another user’s does not count, nor is a note written into another user’s folder', async () => {
    announceDev(place, target)
    await rename(notes, join(folder, `livehook-${uid + 1}`))
    const other = { ...place, uid: uid + 1 }
    expect(runningDevs(other)).toEqual([])
    expect(announceDev(other, target)).toBeUndefined()
  })

  test('neither a symbolic link to a folder or a file counts, nor a file with a second name', async () => {
    await plant(JSON.stringify(target))
    await rename(notes, join(folder, 'elsewhere'))
    await symlink(join(folder, 'elsewhere'), notes)
    expect(runningDevs(place)).toEqual([])
    expect(announceDev(place, target)).toBeUndefined()
    await rm(notes)
    await rename(join(folder, 'elsewhere'), notes)
    await rename(note, join(notes, 'real.json'))
    await symlink(join(notes, 'real.json'), note)
    expect(runningDevs(place)).toEqual([])
    await rm(note)
    await link(join(notes, 'real.json'), note)
    expect(runningDevs(place)).toEqual([])
  })

  test('lies in the runtime folder of the user, unless that one is not the user’s own', async () => {
    const runtime = join(folder, 'run')
    await mkdir(runtime, { mode: 0o700 })
    const inRuntime = { ...place, environment: { ...place.environment, XDG_RUNTIME_DIR: runtime } }
    announceDev(inRuntime, target)
    expect(await readdir(join(runtime, 'livehook'))).toEqual([`dev-${process.pid}.json`])
    expect(runningDevs(inRuntime)).toEqual([target])
    await chmod(runtime, 0o755)
    expect(runningDevs(inRuntime)).toEqual([])
    announceDev(inRuntime, target)
    expect(await readdir(notes)).toEqual([`dev-${process.pid}.json`])
  })
})

describe('which service', () => {
  test('a service that was only found is named before anything is sent', async () => {
    const gone = await openReceiver()
    await gone.close()
    await plant(JSON.stringify({ ...target, url: `http://127.0.0.1:${gone.port}` }))
    const { code, stderr } = await runInProcess(['apps', 'ls'], { env: { TMPDIR: folder } })
    expect(code).toBe(5)
    expect(stderr.split('\n')[0]).toBe(
      `Using the \`livehook dev\` at http://127.0.0.1:${gone.port}; LIVEHOOK_URL and LIVEHOOK_KEY name another service.`,
    )
  })

  test.each([
    [['apps', 'create', 'mine']],
    [['apps', 'set', '1400000001', '--name', 'x']],
    [['apps', 'rm', '1400000001', '--yes']],
    [['keys', 'create', 'mine', '--role', 'read']],
    [['keys', 'rm', 'key_1', '--yes']],
    [['webhooks', 'create', '--url', 'https://app.example/hook']],
    [['webhooks', 'set', 'wh_1', '--name', 'x']],
    [['webhooks', 'pause', 'wh_1']],
    [['webhooks', 'resume', 'wh_1']],
    [['webhooks', 'rm', 'wh_1', '--yes']],
    [['webhooks', 'token', 'set', 'wh_1', '--token-file', '-']],
    [['webhooks', 'token', 'rotate', 'wh_1']],
    [['webhooks', 'token', 'rm', 'wh_1', '--yes']],
    [['redeliver', 'dlv_1']],
    [['apply', '--file', '-', '--yes']],
  ])('%j sends nothing to one that was only found, and says what to set', async (args) => {
    const receiver = await openReceiver()
    await plant(JSON.stringify({ ...target, url: receiver.url.replace('/hook', '') }))
    const input = args[0] === 'apply' ? 'version: 1\napps: []\n' : 'the-real-token'
    const { code, stdout, stderr } = await runInProcess(args, { env: { TMPDIR: folder }, input })
    await receiver.close()
    expect(receiver.requests).toEqual([])
    expect([code, stdout]).toEqual([3, ''])
    expect(stderr).toContain('This changes it, so it must be named: set LIVEHOOK_URL and LIVEHOOK_KEY.')
    expect(stderr).toContain(`LIVEHOOK_URL=http://127.0.0.1:${receiver.port} is enough`)
  })

  test('of a running livehook dev the URL is enough: its key is in the note', async () => {
    const receiver = await openReceiver((_request, response) => response.writeHead(401).end('{}'))
    const url = `http://127.0.0.1:${receiver.port}`
    await plant(JSON.stringify({ ...target, url }))
    await runInProcess(['apps', 'create', 'mine'], { env: { TMPDIR: folder, LIVEHOOK_URL: `${url}/` } })
    const elsewhere = await runInProcess(['apps', 'create', 'mine'], {
      env: { TMPDIR: folder, LIVEHOOK_URL: 'http://127.0.0.1:9' },
    })
    await receiver.close()
    expect(receiver.requests.map(({ headers }) => headers['authorization'])).toEqual([`Bearer ${target.key}`])
    expect(elsewhere).toMatchObject({ code: 3, stderr: expect.stringContaining('LIVEHOOK_KEY is not') })
  })
})
