/** When a command's event is sent: `before` something happens, to ask the app, or `after`, to tell it. */
export type CommandPhase = 'before' | 'after'

/** What the catalogue knows about a command. */
export interface CatalogueCommand {
  /** The command word, `Family.Name`. */
  readonly command: string
  readonly family: string
  readonly phase: CommandPhase
  /** Other published spellings of the same command. They are not sent. */
  readonly aliases: readonly string[]
  /** The parameters that the public pages list for it. */
  readonly query: readonly string[]
  /** What causes the event. */
  readonly trigger: string
  /** The word only configures something; no event of it exists. */
  readonly configOnly?: boolean
}
