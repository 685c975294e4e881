// A verb as it is told: commander's command, with the examples that its help begins with and its page in the docs shows.

import { Command } from 'commander'

/** As commander's own, if there is no terminal. */
const defaultWidth = 80

export interface Example {
  readonly run: string
  /** What it does, if the line does not say it itself. */
  readonly says?: string
}

/** `Verb` and everything below it: `createCommand` makes the inner ones of the same kind. */
export class Verb extends Command {
  readonly examples: Example[] = []
  /** Paragraphs behind the options: exit codes, and what else must be known. */
  readonly notes: string[] = []

  override createCommand(name?: string): Verb {
    return new Verb(name)
  }

  /** Adds a line to the examples. */
  example(run: string, says?: string): this {
    this.examples.push(says === undefined ? { run } : { run, says })
    return this
  }

  /** Adds a paragraph behind the options. */
  note(text: string): this {
    this.notes.push(text)
    return this
  }

  override helpInformation(context?: Parameters<Command['helpInformation']>[0]): string {
    const widest = Math.max(0, ...this.examples.map(({ run, says }) => (says === undefined ? 0 : run.length)))
    const lines = this.examples.map(
      ({ run, says }) => `  $ ${says === undefined ? run : `${run.padEnd(widest)}   ${says}`}`,
    )
    const examples = lines.length === 0 ? '' : `Examples:\n${lines.join('\n')}\n\n`
    const help = this.createHelp()
    const notes = this.notes.map((text) => `\n${help.boxWrap(text, help.helpWidth ?? defaultWidth)}\n`).join('')
    return examples + super.helpInformation(context) + notes
  }
}

/** Collects an option that may be repeated. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}
