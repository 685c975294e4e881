/** What the engine needs of a log: facts first, then a sentence, as pino takes them. */
export interface Log {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}
