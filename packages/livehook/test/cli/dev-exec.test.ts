import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runInProcess, startCli, startCliInTerminal } from '../support/cli.ts'

/** A test here starts the program many times, each in a second or, on a machine that is busy, in many. */
const manyStartsMs = 300_000

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-exec-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const run = (exec: string) => startCli(['dev', '--exec', exec], { env: { TMPDIR: folder }, cwd: folder })

const scratchFolders = async (): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith('livehook-dev-'))

describe('livehook dev --exec', { timeout: manyStartsMs }, () => {
  test('runs the program once the service answers, tells it if that is, and prints nothing beside', async () => {
    const script = join(folder, 'asks.mjs')
    await writeFile(
      script,
      `const { LIVEHOOK_URL, LIVEHOOK_KEY, LIVEHOOK_TOKEN, LIVEHOOK_SDK_APP_ID } = process.env
const headers = { authorization: 'Bearer ' + LIVEHOOK_KEY }
const { items } = await (await fetch(LIVEHOOK_URL + '/v1/apps', { headers })).json()
const same = String(items[0].sdkAppId) === LIVEHOOK_SDK_APP_ID
console.log(JSON.stringify({ apps: items.length, same, token: LIVEHOOK_TOKEN.length > 8 }))
`,
    )
    const { code, stdout, stderr } = await run(`'${process.execPath}' asks.mjs`).ended
    expect(stderr).toMatch(/livehook ready on http:\S+; running: /)
    expect([code, stdout]).toEqual([0, '{"apps":1,"same":true,"token":true}\n'])
    expect(await scratchFolders()).toEqual([])
  })

  test.each([
    ['exit 0', 0],
    ['exit 42', 42],
    ['kill -TERM $$', 143],
    ['no-such-program-here', 127],
  ])('%s ends with %i', async (exec, code) => {
    expect((await runInProcess(['dev', '--exec', exec], { env: { TMPDIR: folder } })).code).toBe(code)
  })

  test('passes a signal on, to everything that the shell started', async () => {
    const cli = run(`trap 'echo caught; exit 9' TERM; echo started; while :; do sleep 0.05; done`)
    await cli.until(/started/)
    cli.child.kill('SIGTERM')
    expect(await cli.ended).toMatchObject({ code: 9, stdout: 'started\ncaught\n' })
    expect(await scratchFolders()).toEqual([])
  })

  test('a second signal does not wait, and leaves no program behind', async () => {
    const cli = run(`trap '' INT; echo started; while :; do sleep 0.05; done`)
    await cli.until(/started/)
    cli.child.kill('SIGINT')
    // The first one was heard once the program has had it, which shows in nothing; so the second follows until it counts.
    const again = setInterval(() => cli.child.kill('SIGINT'), 50)
    // The program shares our output, which is at its end only when both are gone.
    const { code } = await cli.ended
    clearInterval(again)
    expect(code).toBe(130)
  })

  test('Ctrl-C in a terminal reaches the program once', async () => {
    const cli = startCliInTerminal(
      ['dev', '--exec', `trap 'echo caught; exit 3' INT; echo started; while :; do sleep 0.05; done`],
      { env: { TMPDIR: folder } },
    )
    await cli.until(/started\r\n/)
    cli.child.stdin.write('\u0003')
    const { code, stdout } = await cli.ended
    expect(stdout.match(/^(?:\^C)?caught/gm)).toHaveLength(1)
    expect(code).toBe(3)
  })

  test('what kill -9 left behind is gone after the next start', async () => {
    const cli = run('echo pid $$; exec sleep 600')
    const [, pid = ''] = await cli.until(/pid (\d+)/)
    const [left = ''] = await scratchFolders()
    expect(left).not.toBe('')
    const killed = once(cli.child, 'exit')
    cli.child.kill('SIGKILL')
    await killed
    process.kill(Number(pid), 'SIGKILL')
    expect(await scratchFolders()).toEqual([left])
    await run('exit 0').ended
    expect(await scratchFolders()).toEqual([])
  })

  test('--demo and --exec exclude each other', async () => {
    const { code, stderr } = await runInProcess(['dev', '--demo', '--exec', 'exit 0'])
    expect(code).toBe(2)
    expect(stderr).toContain('Choose: --demo')
  })
})
