// The lines that empty rooms show are ones that the service accepts.

import { describe, expect, test } from 'vitest'
import { sendEventCommand } from '../src/look/commands.ts'

const known = [
  { command: 'Live.CallbackBeforeSendGift', phase: 'before' },
  { command: 'Live.CallbackAfterCreateRoom', phase: 'after' },
  { command: 'Sns.CallbackPrevFriendAdd', phase: 'before' },
  { command: 'Sns.CallbackFriendAdd', phase: 'after' },
] as const

const lineFor = (...wanted: string[]) => sendEventCommand('http://127.0.0.1:8484', 1_400_000_001, { wanted, known })

describe('the line of an empty list', () => {
  test('hands in a command that is told after, never one that is asked before', () => {
    expect(lineFor('Sns.CallbackPrevFriendAdd', 'Sns.CallbackFriendAdd')).toContain(
      '/events?command=Sns.CallbackFriendAdd',
    )
    expect(lineFor('Sns.*')).toContain('/events?command=Sns.CallbackFriendAdd')
    expect(lineFor('*')).toContain('/events?command=Live.CallbackAfterCreateRoom')
  })

  test('asks where every webhook only decides', () => {
    expect(lineFor('Sns.CallbackPrevFriendAdd')).toContain('/asks?command=Sns.CallbackPrevFriendAdd')
  })
})
