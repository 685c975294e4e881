import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCatalogue, renderCatalogue } from '../scripts/generate.ts'
import {
  commandFamilies,
  findCommand,
  isCommandWord,
  listCommands,
  sampleOf,
  suggestCommands,
} from '../src/catalogue.ts'
import { completeBody } from '../src/index.ts'
import { utf8 } from './both-entries.ts'

describe('the catalogue of commands', () => {
  it.each(Object.entries(renderCatalogue(readCatalogue())))(
    'has not drifted from its facts: generated/%s',
    (name, text) => {
      expect(readFileSync(new URL(`../src/generated/${name}`, import.meta.url), 'utf8')).toBe(text)
    },
  )

  it('lists every command once, well formed, in order, with family and phase', () => {
    const words = listCommands().map(({ command }) => command)
    expect(words).toEqual([...new Set(words)].toSorted())
    expect(words).toHaveLength(readCatalogue().commands.length)
    for (const { command, family, phase, aliases } of listCommands()) {
      expect([command, ...aliases].every(isCommandWord)).toBe(true)
      expect(command.startsWith(`${family}.`)).toBe(true)
      expect(['before', 'after']).toContain(phase)
    }
    expect(commandFamilies()).toEqual([...new Set(words.map((word) => word.split('.')[0]))])
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
