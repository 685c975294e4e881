import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { complete as completeLine } from '../../src/cli/completion/completion.ts'
import { buildProgram } from '../../src/cli/program.ts'
import { Verb } from '../../src/cli/verbs/verb.ts'
import { startInProcess } from '../support/cli.ts'
import { openReceiver } from '../support/receiver.ts'
import { adminKey, openService } from '../support/service.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const preload = new URL('../support/loaded-modules.ts', import.meta.url).href

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'livehook-test-help-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const io = {
  version: '0.0.0',
  environment: {},
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  stop: new AbortController().signal,
}

function allVerbs(verb: Verb): readonly Verb[] {
  return [verb, ...verb.commands.flatMap((inner) => (inner instanceof Verb ? allVerbs(inner) : []))]
}

describe('help', () => {
  test('every verb begins its help with an example that it would understand', () => {
    const all = allVerbs(buildProgram(io))
    const options = new Set(all.flatMap((verb) => verb.options.map(({ long }) => long)))
    const names = new Set(all.map((verb) => verb.name()))
    const verbs = all.filter((verb) => verb.name() !== 'complete')
    expect(verbs.length).toBeGreaterThan(40)
    const without = verbs.filter((verb) => !/^Examples:\n {2}\$ /.test(verb.helpInformation()))
    expect(without.map((verb) => verb.name())).toEqual([])
    const lines = verbs.flatMap(({ examples }) => examples.map(({ run }) => run))
    const wrong = lines.filter(
      (run) =>
        [...run.matchAll(/\blivehook ([a-z]+)/g)].some(([, name = '']) => !names.has(name)) ||
        [...run.matchAll(/(?<=\s)--[a-z-]+/g)].some(([flag]) => !options.has(flag)),
    )
    expect(wrong).toEqual([])
  })

  test('is grouped by what one wants', async () => {
    const { code, stdout } = await startInProcess(['--help']).ended
    expect(code).toBe(0)
    const groups = [...stdout.matchAll(/^(\w[\w ]+):$/gm)].map(([, name]) => name)
    expect(groups.slice(0, 7)).toEqual([
      'Examples',
      'Options',
      'Run a service',
      'Send and receive',
      'Find out why',
      'Look and manage',
      'For the shell',
    ])
    expect(stdout).not.toMatch(/^ {2}complete /m)
  })

  test('loads the definitions of the verbs, and none of what they do', async () => {
    const file = join(folder, 'loaded.txt')
    await promisify(execFile)(process.execPath, ['--conditions=source', '--import', preload, main, '--help'], {
      env: { PATH: process.env['PATH'], LOADED_MODULES_FILE: file },
    })
    const loaded = (await readFile(file, 'utf8')).trim().split('\n')
    const own = loaded.flatMap((url) => /\/packages\/livehook\/src\/(.+)\.ts$/.exec(url)?.[1] ?? [])
    expect(own).toContain('cli/program')
    const expected =
      /^(main|version|places|cli\/(program|io|verbs\/[\w-]+|completion\/scripts)|config\/[\w-]+|domain\/[\w-]+\/[\w-]+|domain\/[\w-]+)$/
    expect(own.filter((module) => !expected.test(module))).toEqual([])
    // Settings are read by a table; each of the other rooms' files would cost a part of the start.
    expect(own.length).toBeLessThan(40)
    const others = loaded.filter((url) => !url.includes('/packages/livehook/src/') && !url.startsWith('node:'))
    expect(others.filter((url) => !url.includes('/node_modules/commander/'))).toEqual([])
  })

  test.each([
    [['triger'], 'Did you mean trigger?'],
    [['deliveries', 'lst'], 'Did you mean ls?'],
    [['webhooks', 'token', 'rotat', 'wh_1'], 'Did you mean rotate?'],
    [['listen', '--deni', 'x=1'], 'Did you mean --deny?'],
    [['trigger', 'Live.CallbackAfterCreateRom'], 'Did you mean Live.CallbackAfterCreateRoom'],
    [['listen', '--drop', 'Group.CallbackBeforeSendMesg'], 'Did you mean Group.CallbackBeforeSendMsg?'],
    [['deliveries', 'ls', '--state', 'ded'], 'Allowed choices are pending, claimed, succeeded, dead, cancelled'],
  ])('%j is told what was meant, and ends with 2', async (args, says) => {
    const { code, stderr } = await startInProcess(args).ended
    expect(code).toBe(2)
    expect(stderr).toContain(says)
  })
})

describe('livehook completion', () => {
  /** Asks as a shell's script does, but waits for the service as long as it takes. */
  const complete = async (line: string, environment: Record<string, string> = {}, patienceMs = 60_000) => {
    const words = line.split(' ')
    const stdout = new PassThrough()
    const own = { ...io, environment: { TMPDIR: folder, ...environment }, stdout }
    await completeLine(buildProgram(own), { index: words.length - 1, words, patienceMs }, own)
    return (await text(stdout.end()))
      .split('\n')
      .filter((each) => each !== '')
      .map((each) => each.split('\t')[0] ?? '')
  }

  test.each([
    ['livehook tri', ['trigger']],
    ['livehook webhooks token r', ['rotate', 'rm']],
    ['livehook listen --de', ['--deny', '--delay']],
    ['livehook trigger Live.CallbackAfterStart', ['Live.CallbackAfterStartBattle']],
    ['livehook ask Live.', ['Live.CallbackBeforeSendGift']],
    ['livehook deliveries ls --state de', ['dead']],
    [
      'livehook deliveries ls --state=',
      ['--state=pending', '--state=claimed', '--state=succeeded', '--state=dead', '--state=cancelled'],
    ],
    ['livehook trigger x --tamper f', ['future', 'foreign']],
    ['livehook completion ', ['bash', 'zsh', 'fish', 'powershell']],
    ['livehook webhooks get ', []],
    ['livehook nonsense ', []],
  ])('%j → %j', async (line, expected) => {
    expect(await complete(line)).toEqual(expected)
  })

  test('offers the ids of the running service', async () => {
    const service = await openService()
    const { sdkAppId } = await service.createApp('completes')
    const { webhookId } = await service.createWebhook(sdkAppId, { url: 'http://127.0.0.1:8099/', commands: ['*'] })
    const env = { LIVEHOOK_URL: service.url, LIVEHOOK_KEY: adminKey }
    expect(await complete('livehook webhooks rm wh_', env)).toEqual([webhookId])
    expect(await complete('livehook deliveries ls --webhook ', env)).toEqual([webhookId])
    expect(await complete('livehook trigger x --app ', env)).toEqual([String(sdkAppId)])
    const own = { command: 'Shop.CallbackAfterOrder', phase: 'after' }
    expect((await service.call('POST', `/v1/apps/${sdkAppId}/commands`, own)).status).toBe(201)
    expect(await complete('livehook trigger Shop.', env)).toEqual(['Shop.CallbackAfterOrder'])
    expect(await complete('livehook ask Shop.', env)).toEqual([])
    await service.close()
    expect(await complete('livehook webhooks rm wh_', env)).toEqual([])
  })

  test('is not kept waiting by a service that does not answer', async () => {
    const silent = await openReceiver(() => undefined)
    const env = { LIVEHOOK_URL: silent.url, LIVEHOOK_KEY: adminKey }
    expect(await complete('livehook webhooks rm wh_', env, 1)).toEqual([])
    await silent.close()
  })

  test('bash completes with the script, for real', async () => {
    const bin = join(folder, 'livehook')
    await writeFile(bin, `#!/bin/bash\nexec '${process.execPath}' --conditions=source '${main}' "$@"\n`)
    await chmod(bin, 0o755)
    const script = `
source <(livehook completion bash)
try() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _livehook
  echo "\${COMPREPLY[@]}"
}
try livehook dec
try livehook commands Live.CallbackAfterCreateB
try livehook listen --hint
complete -p livehook
`
    const env = { PATH: `${folder}:${process.env['PATH'] ?? ''}`, TMPDIR: folder, HOME: folder }
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', script], { env })
    expect(stdout).toBe(
      'decisions\nLive.CallbackAfterCreateBattle\n--hint-after\ncomplete -o default -F _livehook livehook\n',
    )
  })

  test.each([
    ['zsh', 'compdef _livehook livehook'],
    ['fish', "complete -c livehook -a '(__livehook_complete)'"],
    ['powershell', 'Register-ArgumentCompleter -Native -CommandName livehook'],
  ])('%s has a script that asks the program', async (shell, registers) => {
    const { code, stdout } = await startInProcess(['completion', shell]).ended
    expect(code).toBe(0)
    expect(stdout).toContain(registers)
    expect(stdout).toMatch(/complete .*-- /)
  })
})
