// Verbs cross a thread's border by name. A verb is declared by the port and written as one function of the writer's or the
// reader's table; everything between the two is this file.

import { assert } from '../../../domain/assert.ts'
import type { Store } from '../../port/port.ts'

/** Verbs of the port as functions of a thread: the same arguments, and the answer itself instead of a promise. */
export type Verbs<Name extends keyof Store> = {
  readonly [Verb in Name]: Store[Verb] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => Result
    : never
}

/** The same verbs from outside of the thread. */
export type Calls<Table> = {
  readonly [Verb in keyof Table]: Table[Verb] extends (...args: infer Args) => infer Result
    ? (...args: Args) => Promise<Result>
    : never
}

/** A call as it crosses. */
export interface VerbCall {
  readonly verb: string
  readonly args: readonly unknown[]
}

/** Prepares calling the verbs of a table by name, on the thread's side. */
export function createPerform(
  table: Readonly<Record<string, (...args: never[]) => unknown>>,
): (call: VerbCall) => unknown {
  const verbs = new Map(Object.entries(table))
  return ({ verb, args }) => {
    const perform = verbs.get(verb)
    assert(perform !== undefined, `The thread has no verb ${verb}.`)
    return Reflect.apply(perform, undefined, args)
  }
}

/**
 * Makes the verbs of a thread, for its client.
 * @param names the names of the thread's table, as it told them
 */
export function callsOf<Table>(names: readonly string[], call: (call: VerbCall) => Promise<unknown>): Calls<Table>
export function callsOf(names: readonly string[], call: (call: VerbCall) => Promise<unknown>): object {
  return Object.fromEntries(names.map((verb) => [verb, (...args: unknown[]) => call({ verb, args })]))
}

/** What a call counts for in the bounds of a commit: one, and one for each thing in its lists. */
export function rowsOf({ args }: VerbCall): number {
  let rows = 1
  for (const arg of args) {
    if (Array.isArray(arg)) rows += arg.length
    else if (typeof arg === 'object' && arg !== null) {
      for (const member of Object.values(arg)) if (Array.isArray(member)) rows += member.length
    }
  }
  return rows
}
