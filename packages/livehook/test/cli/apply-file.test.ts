import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { readConfiguration } from '../../src/cli/apply/file.ts'
import { CliError } from '../../src/cli/io.ts'
import { startInProcess } from '../support/cli.ts'

describe('the file of livehook apply', () => {
  test('has a JSON Schema for editors, which is the one that the file is held against', async () => {
    const { code, stdout } = await startInProcess(['export', '--schema']).ended
    expect(code).toBe(0)
    const kept = await readFile(new URL('../../../../docs/livehook.schema.json', import.meta.url), 'utf8')
    // After a change: npm run livehook -- export --schema > docs/livehook.schema.json
    expect(JSON.parse(kept)).toEqual(JSON.parse(stdout))
  })

  test('may use what YAML has: comments, anchors, block texts; on and off are words', () => {
    const { configuration, at } = readConfiguration(
      `# ours
version: 1
apps:
  - name: on
    webhooks:
      - &main
        name: "off"
        url: http://127.0.0.1:8080/hook
        commands: &words ['*']
      - name: >-
          two
          words
        url: http://127.0.0.1:8080/hook
        commands: *words
`,
      'x.yaml',
    )
    expect(configuration.apps).toEqual([
      {
        name: 'on',
        webhooks: [
          { name: 'off', url: 'http://127.0.0.1:8080/hook', commands: ['*'] },
          { name: 'two words', url: 'http://127.0.0.1:8080/hook', commands: ['*'] },
        ],
      },
    ])
    expect(at(['apps', 0, 'webhooks', 1, 'url'])).toBe('x.yaml:13:14')
    expect(at(['apps', 0, 'webhooks', 7, 'url'])).toBe('x.yaml:6:7')
  })

  test('counts characters, not bytes, and takes Windows line ends', () => {
    const text = 'version: 1\r\napps:\r\n  - { name: "密密密", wrong: 1 }\r\n'
    expect(() => readConfiguration(text, 'x.yaml')).toThrow('x.yaml:3:20: there is no member "wrong".')
  })

  test('is one document, and not larger than a configuration can be', () => {
    expect(() => readConfiguration('version: 1\napps: []\n---\nversion: 1\napps: []\n', 'x.yaml')).toThrow(CliError)
    expect(() => readConfiguration(' '.repeat(9_000_000), 'x.yaml')).toThrow('too large')
  })

  test('never reaches a prototype', () => {
    const text = 'version: 1\napps:\n  - name: x\n    __proto__: { admin: true }\n'
    expect(() => readConfiguration(text, 'x.yaml')).toThrow('there is no member "__proto__"')
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })
})
