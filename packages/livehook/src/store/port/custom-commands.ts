// What a store promises about commands of an app's own.

/** A custom command as it was registered. */
export interface StoredCommand {
  readonly sdkAppId: number
  /** The command word, `Family.Name`. */
  readonly command: string
  /** The description, as JSON. */
  readonly definition: string
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
}

export interface CustomCommandStore {
  /** Those of every app, by app and word: what the engine keeps in memory. */
  loadCommands(): Promise<readonly StoredCommand[]>
  /** Writes a new one, or over the one of that word. Rejects with `not_found` if the app does not exist. */
  putCommand(command: StoredCommand): Promise<void>
  /** @returns whether there was one */
  deleteCommand(sdkAppId: number, command: string): Promise<boolean>
}
