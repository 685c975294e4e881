// Commands, platforms and details as numbers: a text that comes a million times is kept once.

import type { DatabaseSync } from 'node:sqlite'

export interface WordWriter {
  /** The number of a word; a new one is written by the running transaction. */
  numberOf(text: string): number
  /** To be called after a transaction was undone: words it had added are forgotten. */
  forget(): void
}

export function createWordWriter(db: DatabaseSync): WordWriter {
  const select = db.prepare('SELECT word FROM words WHERE text = ?')
  const insert = db.prepare('INSERT INTO words (text) VALUES (?)')
  const numbers = new Map<string, number>()
  return {
    numberOf(text) {
      const known = numbers.get(text)
      if (known !== undefined) return known
      const row = select.get(text)
      const number = row === undefined ? Number(insert.run(text).lastInsertRowid) : Number(row['word'])
      numbers.set(text, number)
      return number
    },
    forget() {
      numbers.clear()
    },
  }
}

export interface WordReader {
  textOf(word: number): string
  /** `undefined` where nothing in the data file has that word. */
  numberOf(text: string): number | undefined
}

export function createWordReader(db: DatabaseSync): WordReader {
  const byNumber = db.prepare('SELECT text FROM words WHERE word = ?')
  const byText = db.prepare('SELECT word FROM words WHERE text = ?')
  const texts = new Map<number, string>()
  return {
    textOf(word) {
      const known = texts.get(word)
      if (known !== undefined) return known
      const text = byNumber.get(word)?.['text']
      if (typeof text !== 'string') throw new Error(`The data file lacks the word ${word}.`)
      texts.set(word, text)
      return text
    },
    numberOf(text) {
      const row = byText.get(text)
      return row === undefined ? undefined : Number(row['word'])
    },
  }
}
