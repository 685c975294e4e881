// Commands, platforms and details as numbers: a text that comes a million times is kept once.

import type { DatabaseSync } from 'node:sqlite'

export interface WordReader {
  textOf(word: number): string
  /** `undefined` if nothing in the data file has that word. */
  numberOf(text: string): number | undefined
  /** The numbers of all command words of a family, in the order of their texts. */
  readonly numbersOfFamily: (family: string) => readonly number[]
}

export interface WordWriter {
  textOf(word: number): string
  /** The number of a word; a new one is written by the running transaction. */
  numberOf(text: string): number
  readonly numbersOfFamily: WordReader['numbersOfFamily']
  /** To be called after a transaction was undone: words it had added are forgotten. */
  forget(): void
}

export function createWordReader(db: DatabaseSync): WordReader {
  const byText = db.prepare('SELECT word FROM words WHERE text = ?')
  // '/' is the character behind '.', so that this is a range of the texts' index.
  const byFamily = db.prepare("SELECT word FROM words WHERE text > ?1 || '.' AND text < ?1 || '/' ORDER BY text")
  const { textOf } = createTexts(db)
  return {
    textOf,
    numberOf(text) {
      const row = byText.get(text)
      return row === undefined ? undefined : Number(row['word'])
    },
    numbersOfFamily: (family) => byFamily.all(family).map((row) => Number(row['word'])),
  }
}

export function createWordWriter(db: DatabaseSync): WordWriter {
  const reader = createWordReader(db)
  const insert = db.prepare('INSERT INTO words (text) VALUES (?)')
  const numbers = new Map<string, number>()
  const texts = createTexts(db)
  return {
    textOf: texts.textOf,
    numberOf(text) {
      const known = numbers.get(text)
      if (known !== undefined) return known
      const number = reader.numberOf(text) ?? Number(insert.run(text).lastInsertRowid)
      numbers.set(text, number)
      return number
    },
    numbersOfFamily: reader.numbersOfFamily,
    forget() {
      numbers.clear()
      texts.forget()
    },
  }
}

/** Looks each word up once. */
function createTexts(db: DatabaseSync): { readonly textOf: (word: number) => string; readonly forget: () => void } {
  const byNumber = db.prepare('SELECT text FROM words WHERE word = ?')
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
    forget: () => texts.clear(),
  }
}
