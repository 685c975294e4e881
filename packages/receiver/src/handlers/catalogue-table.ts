// Every command that events exist of.

import * as commands from '@livehook/protocol/commands'
import type { CommandFacts, EventWord } from '@livehook/protocol/commands'
import { commandTable } from './command-table.ts'
import type { CommandTable } from './command-table.ts'

/** Other published spellings of commands, as they may still arrive. */
export const aliases: Readonly<Record<string, EventWord>> = {
  'Call.CallbackAfterCloudRecordingChanged': 'Call.CallbackAfterRecordChanged',
  'roup.CallbackBeforeApplyJoinGroup': 'Group.CallbackBeforeApplyJoinGroup',
  'Live.CallbackMemberStateChanged': 'Live.CallbackAfterMemberStateChanged',
  'Room.CallbackUpdateRoomInfo': 'Room.CallbackAfterUpdateRoomInfo',
}

export function catalogueTable(): CommandTable {
  const values: readonly unknown[] = Object.values(commands)
  return commandTable(values.filter(isEventFacts), aliases)
}

function isEventFacts(value: unknown): value is CommandFacts<EventWord> {
  if (typeof value !== 'object' || value === null || !('command' in value) || !('phase' in value)) return false
  // A word that is asked but has no rules for the answer only configures something.
  return value.phase === 'after' || 'reply' in value
}
