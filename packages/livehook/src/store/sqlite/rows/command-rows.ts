// Commands of an app's own, as rows.

import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { StoreError } from '../../port/errors.ts'
import type { Verbs } from '../thread/verbs.ts'
import type { StoredCommand } from '../../port/custom-commands.ts'

/** Prepares the verbs: each runs inside the running transaction. */
export function createCommandWriter(db: DatabaseSync): Verbs<'putCommand' | 'deleteCommand'> {
  const selectApp = db.prepare('SELECT 1 FROM apps WHERE app = ?')
  const put = db.prepare(
    `INSERT INTO custom_commands (app, command, definition, created_at, updated_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (app, command) DO UPDATE SET definition = excluded.definition, updated_at = excluded.updated_at`,
  )
  const remove = db.prepare('DELETE FROM custom_commands WHERE app = ? AND command = ?')
  return {
    putCommand({ sdkAppId, command, definition, createdAt, updatedAt }) {
      if (selectApp.get(sdkAppId) === undefined) throw new StoreError('not_found', `There is no app ${sdkAppId}.`)
      put.run(sdkAppId, command, definition, createdAt, updatedAt)
    },
    deleteCommand: (sdkAppId, command) => remove.run(sdkAppId, command).changes === 1,
  }
}

/** Reads the commands of all apps, by app and word. */
export function createCommandReader(db: DatabaseSync): () => readonly StoredCommand[] {
  const select = db.prepare('SELECT * FROM custom_commands ORDER BY app, command')
  return () => select.all().map(commandOf)
}

export function commandOf(row: Record<string, SQLOutputValue>): StoredCommand {
  return {
    sdkAppId: Number(row['app']),
    command: String(row['command']),
    definition: String(row['definition']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  }
}
