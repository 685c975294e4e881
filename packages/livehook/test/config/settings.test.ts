import { describe, expect, test } from 'vitest'
import { describeSettings, parseSettings, SettingsError } from '../../src/config/settings.ts'

function parse(environment: Record<string, string>, flags = {}, files: Record<string, string> = {}) {
  return parseSettings({
    environment,
    flags,
    readFile: (path) => {
      const content = files[path]
      if (content === undefined) throw new Error('ENOENT: no such file')
      return content
    },
  })
}

describe('settings', () => {
  test('have defaults that work on one machine', () => {
    expect(parse({}).settings).toEqual({
      host: '127.0.0.1',
      port: 8484,
      store: { kind: 'sqlite', path: './data/livehook.db' },
      adminKey: undefined,
      secretKeys: [],
      publicUrl: undefined,
      trustProxy: [],
      tlsCert: undefined,
      tlsKey: undefined,
      auditDays: 90,
      acceptEmpty: false,
      egressAllow: [],
      egressProxy: undefined,
      dns: [],
      logLevel: 'info',
      graceMs: 10_000,
      retentionDays: 7,
    })
  })

  test('a flag wins over the environment, and each says where it came from', () => {
    const parsed = parse({ LIVEHOOK_PORT: '9000', LIVEHOOK_HOST: '0.0.0.0' }, { port: '9001' })
    expect(parsed.settings).toMatchObject({ port: 9001, host: '0.0.0.0' })
    expect(parsed.origins).toMatchObject({ port: 'flag', host: 'environment', store: 'default' })
  })

  test('an unknown LIVEHOOK_ name stops the start with the name that was probably meant', () => {
    expect(() => parse({ LIVEHOOK_PROT: '1' })).toThrow('LIVEHOOK_PROT is not a setting. Did you mean LIVEHOOK_PORT?')
    expect(() => parse({ LIVEHOOK_WHATEVER_IT_IS: '1' })).toThrow(/is not a setting\. Settings are LIVEHOOK_HOST/)
  })

  test.each([
    ['LIVEHOOK_PORT', '65536', '--port (LIVEHOOK_PORT) is "65536"; it must be a port from 0 to 65535'],
    ['LIVEHOOK_PORT', '80 ', 'it must be a port'],
    ['LIVEHOOK_PORT', '', 'it must be a port'],
    ['LIVEHOOK_STORE', 'mysql://x', 'it must be sqlite:<path of a file>'],
    ['LIVEHOOK_LOG_LEVEL', 'loud', 'it must be one of fatal, error'],
    ['LIVEHOOK_STOP_GRACE_MS', '-1', 'it must be milliseconds'],
  ])('%s=%s is refused with what would be right', (name, value, sentence) => {
    expect(() => parse({ [name]: value })).toThrow(SettingsError)
    expect(() => parse({ [name]: value })).toThrow(sentence)
  })

  test('a secret is read from a file without its line end, and is never shown (I9)', () => {
    const parsed = parse({ LIVEHOOK_ADMIN_KEY_FILE: '/run/key' }, {}, { '/run/key': 'a-secret-of-some-length\n' })
    expect(parsed.settings.adminKey).toBe('a-secret-of-some-length')
    expect(JSON.stringify(describeSettings(parsed))).not.toContain('a-secret')
    expect(() => parse({ LIVEHOOK_ADMIN_KEY: 'hunter2' })).toThrow(/\(a secret\); it must be 16 to 256/)
    expect(() => parse({ LIVEHOOK_ADMIN_KEY: 'hunter2' })).not.toThrow(/hunter2/)
    expect(() => parse({ LIVEHOOK_ADMIN_KEY_FILE: '/nowhere' })).toThrow(/LIVEHOOK_ADMIN_KEY_FILE names \/nowhere/)
    expect(() => parse({ LIVEHOOK_ADMIN_KEY: 'x'.repeat(20), LIVEHOOK_ADMIN_KEY_FILE: '/run/key' })).toThrow('keep one')
  })

  test('keys for secrets at rest are read, the newest first, and never shown (I9)', () => {
    const [newest, older] = ['n'.repeat(32), 'o'.repeat(64)]
    const parsed = parse({ LIVEHOOK_SECRET_KEY: `${newest}, ${older}` })
    expect(parsed.settings.secretKeys).toEqual([newest, older])
    expect(describeSettings(parsed)).toContainEqual(
      expect.objectContaining({ name: 'LIVEHOOK_SECRET_KEY', value: '(set, 2)' }),
    )
    const read = parse({ LIVEHOOK_SECRET_KEY_FILE: '/run/key' }, {}, { '/run/key': `${newest}\n` })
    expect(read.settings.secretKeys).toEqual([newest])
    for (const wrong of ['too-short-to-be-a-key', `${newest},short`, `${newest},${newest}`, `${newest.slice(1)} x`]) {
      expect(() => parse({ LIVEHOOK_SECRET_KEY: wrong })).toThrow(/LIVEHOOK_SECRET_KEY\) is \(a secret\); it must be/)
    }
  })

  test.each([
    ['LIVEHOOK_TRUST_PROXY', '10.0.0.0/8,::1,192.0.2.1', true],
    ['LIVEHOOK_TRUST_PROXY', '10.0.0.0/33', false],
    ['LIVEHOOK_TRUST_PROXY', 'fe80::/129', false],
    ['LIVEHOOK_TRUST_PROXY', 'proxy.example.com', false],
    ['LIVEHOOK_TRUST_PROXY', '10.0.0.0/8/8', false],
    ['LIVEHOOK_TRUST_PROXY', 'true', false],
    ['LIVEHOOK_PUBLIC_URL', 'https://hooks.example.com', true],
    ['LIVEHOOK_PUBLIC_URL', 'http://hooks.example.com:8080/', true],
    ['LIVEHOOK_PUBLIC_URL', 'hooks.example.com', false],
    ['LIVEHOOK_PUBLIC_URL', 'https://hooks.example.com/console', false],
    ['LIVEHOOK_PUBLIC_URL', 'https://user:pass@hooks.example.com', false],
    ['LIVEHOOK_PUBLIC_URL', 'ftp://hooks.example.com', false],
    ['LIVEHOOK_AUDIT_DAYS', '0', true],
    ['LIVEHOOK_AUDIT_DAYS', '-1', false],
  ])('%s may be %s: %s', (name, value, isGood) => {
    const judge = (): boolean => {
      try {
        parse({ [name]: value })
        return true
      } catch (error) {
        return !(error instanceof SettingsError && error.message.includes(name))
      }
    }
    expect(judge()).toBe(isGood)
  })

  test('the credentials of a proxy are read, from a file too, and never shown (I9)', () => {
    const url = 'http://hooks:p%40ss-word@10.0.0.9:4750'
    for (const [origin, parsed] of [
      ['environment', parse({ LIVEHOOK_EGRESS_PROXY: url })],
      ['file', parse({ LIVEHOOK_EGRESS_PROXY_FILE: '/run/proxy' }, {}, { '/run/proxy': `${url}\n` })],
    ] as const) {
      expect(parsed.settings.egressProxy).toEqual({
        host: '10.0.0.9',
        port: 4750,
        authorization: `Basic ${Buffer.from('hooks:p@ss-word').toString('base64')}`,
      })
      const shown = describeSettings(parsed)
      expect(shown).toContainEqual({ name: 'LIVEHOOK_EGRESS_PROXY', value: '10.0.0.9:4750', origin })
      expect(JSON.stringify(shown)).not.toMatch(/hooks|ss-word|Basic/)
    }
    expect(() => parse({ LIVEHOOK_EGRESS_PROXY: 'socks5://hooks:pass@h' })).toThrow(
      /\(a secret\); it must be http:\/\//,
    )
  })

  test.each([
    'https://proxy.test:1',
    'proxy.test:3128',
    'http://proxy.test/path',
    'http://proxy.test:1?x',
    'http://%zz@p',
  ])('the proxy %s cannot be used', (url) => {
    expect(() => parse({ LIVEHOOK_EGRESS_PROXY: url })).toThrow(SettingsError)
  })

  test('are frozen', () => {
    const { settings } = parse({})
    expect(() => Object.assign(settings, { port: 1 })).toThrow(TypeError)
  })
})
