import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readFamilies } from '../../scripts/catalogue/records.ts'
import { generatedFolders, renderAll } from '../../scripts/generate.ts'
import {
  commandFamilies,
  findCommand,
  isCommandWord,
  listCommands,
  resolveCommand,
  sampleOf,
  suggestCommands,
} from '../../src/catalogue.ts'
import { completeBody } from '../../src/index.ts'
import { utf8 } from '../both-entries.ts'

const families = readFamilies()
const records = families.flatMap(({ commands }) => commands)
/** The words of all public commands, as a list of its own: anyone who loses a record loses it here too. */
const words: string[] = JSON.parse(readFileSync(new URL('../cases/command-words.json', import.meta.url), 'utf8'))
const script = new URL('../../scripts/', import.meta.url)

describe('the catalogue of commands', () => {
  it('has a record of every public command, and of nothing else', () => {
    expect(words).toHaveLength(90)
    expect(records.map(({ command }) => command).toSorted()).toEqual(words.toSorted())
    expect(listCommands().map(({ command }) => command)).toEqual(words.toSorted())
  })

  it('has not drifted from its facts: neither code nor documentation', () => {
    const files = renderAll(families)
    const drifted = [...files].filter(([path, text]) => readFileSync(new URL(path, script), 'utf8') !== text)
    expect(drifted.map(([path]) => path)).toEqual([])
    const there = generatedFolders.flatMap((folder) =>
      readdirSync(new URL(folder, script)).map((name) => folder + name),
    )
    expect(there.toSorted()).toEqual([...files.keys()].toSorted())
  })

  it('says of every command where its facts come from, and its trigger in both languages', () => {
    expect(records.filter(({ sources }) => sources.length === 0)).toEqual([])
    for (const { sources, trigger } of records) {
      for (const source of sources) expect(new URL(source).protocol).toBe('https:')
      expect(trigger.en).toMatch(/^[\x20-\x7e\u2019]+$/)
      expect(trigger.zh).toMatch(/\p{Script=Han}/u)
    }
  })

  it('has for every code of a reply its meaning in both languages', () => {
    for (const { reply } of records) {
      const meanings = reply === undefined ? [] : [...reply.codes, reply.otherCodes, reply.silence]
      for (const { meaning } of meanings) {
        expect(meaning.en).not.toBe('')
        expect(meaning.zh).toMatch(/\p{Script=Han}/u)
      }
    }
  })

  it('lists every command well formed, in order, with family and phase', () => {
    for (const { command, family, phase, aliases } of listCommands()) {
      expect([command, ...aliases].every(isCommandWord)).toBe(true)
      expect(command.startsWith(`${family}.`)).toBe(true)
      expect(['before', 'after']).toContain(phase)
    }
    expect(commandFamilies()).toEqual([...new Set(words.toSorted().map((word) => word.split('.')[0]))])
  })

  it('never has one word mean two commands', () => {
    const all = listCommands().flatMap(({ command, aliases }) => [command, ...aliases])
    expect(all).toHaveLength(new Set(all).size)
  })

  it('knows which parameters a command carries: all unless its pages leave some out', () => {
    const without = (parameter: 'clientIp' | 'optPlatform') =>
      listCommands()
        .filter(({ carries }) => !carries[parameter])
        .map(({ command }) => command)
    expect(without('optPlatform')).toEqual([
      'ContentCallback.ResultNotify',
      'Group.CallbackOnMemberStateChange',
      'Live.CallbackAfterChangeOwner',
      'Live.CallbackAfterMemberStateChanged',
      'Live.CallbackAfterModifyAdmin',
      'Push.AllMemberPush',
      'Push.OfflinePush',
    ])
    expect(without('clientIp')).toEqual(['Alert.RequestOverLimit', ...without('optPlatform')])
  })

  it('finds a command by its very word only', () => {
    expect(findCommand('Live.CallbackAfterCreateRoom')).toMatchObject({ family: 'Live', phase: 'after' })
    expect(findCommand('C2C.CallbackBeforeSendMsg')).toMatchObject({ phase: 'before' })
    for (const word of [
      'live.callbackaftercreateroom',
      'Live.CallbackMemberStateChanged',
      '',
      '__proto__',
      'constructor',
    ]) {
      expect(findCommand(word)).toBeUndefined()
      expect(sampleOf(word)).toBeUndefined()
    }
  })

  it('resolves an alias to its command, and never a misprint that is another command', () => {
    expect(resolveCommand('Live.CallbackMemberStateChanged')?.command).toBe('Live.CallbackAfterMemberStateChanged')
    expect(resolveCommand('Room.CallbackUpdateRoomInfo')?.command).toBe('Room.CallbackAfterUpdateRoomInfo')
    expect(resolveCommand('Live.CallbackAfterSetMetadata')?.command).toBe('Live.CallbackAfterSetMetadata')
    expect(resolveCommand('Live.Nothing')).toBeUndefined()
  })

  it('has for every command that has events a sample that the service accepts', () => {
    for (const { command, configOnly } of listCommands()) {
      const sample = sampleOf(command)
      expect(sample === undefined).toBe(configOnly === true)
      if (sample === undefined) continue
      expect(completeBody(utf8(sample), { command, eventTime: 1_700_000_000_000 }).kind).toBe('complete')
    }
  })
})

describe('suggesting what was meant', () => {
  it.each([
    ['live.callbackaftercreateroom', 'Live.CallbackAfterCreateRoom'],
    ['Live.CallbackAfterCreatRoom', 'Live.CallbackAfterCreateRoom'],
    ['Live.AfterCreateRoom', 'Live.CallbackAfterCreateRoom'],
    ['Live.CallbackMemberStateChanged', 'Live.CallbackAfterMemberStateChanged'],
    ['Room.CallbackUpdateRoomInfo', 'Room.CallbackAfterUpdateRoomInfo'],
    [' Sns.CallbackFriendadd\n', 'Sns.CallbackFriendAdd'],
  ])('%j is probably %s', (word, meant) => {
    expect(suggestCommands(word)[0]).toBe(meant)
  })

  it('gives every family that has a name which came without one', () => {
    expect(suggestCommands('CallbackAfterCreateRoom')).toEqual(
      expect.arrayContaining(['Live.CallbackAfterCreateRoom', 'Room.CallbackAfterCreateRoom']),
    )
  })

  it.each(['', 'Nope', 'x'.repeat(10_000), '__proto__'])('has nothing to say about %j', (word) => {
    expect(suggestCommands(word)).toEqual([])
  })

  it('keeps to the limit', () => {
    expect(suggestCommands('Group.CallbackAfterSendMsg', 2)).toHaveLength(2)
  })
})

describe('well-formed command words', () => {
  it.each(['Live.CallbackAfterCreateRoom', 'C2C.X', 'a.b_1'])('%s', (word) => {
    expect(isCommandWord(word)).toBe(true)
  })

  it.each([
    '',
    'Live',
    'Live.',
    '.X',
    'a.b.c',
    'a b.c',
    'a.b\n',
    'a.b\r\nX: y',
    '命.令',
    '__proto__',
    `a.${'b'.repeat(127)}`,
    null,
    1,
  ])('not %j', (word) => {
    expect(isCommandWord(word)).toBe(false)
  })
})
