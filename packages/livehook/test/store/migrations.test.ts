// Migrations that were released are in data files of others: they never change, and none comes before them later.

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { migrationsFolder } from '../../src/places.ts'

/** A release adds a line for each of its migrations; from then on none of them changes: another migration does. */
const released: Readonly<Record<string, string>> = {
  '0001-initial.sql': 'dbea1f5538caa435804e1261eb6e25a1a76dfe54e16491bc0fa8f7894c5569ed',
  '0002-keys-and-audit.sql': 'f007f46f449e4dedfa81dfa9c0abe092ff8d617f5aec21c19e1b07c52924b055',
  '0003-custom-commands.sql': '9baece6c505143ee60d53f883f7354da2a49bf9f8dc709408c92a2904d7baf72',
  '0004-webhook-tls.sql': 'd982bf728c01822a58af4e6c31414ae158b88c288760cd75d07a4b1e1755b814',
  '0005-configuration-calls.sql': '85b9effe6ac08a1922b7166a32460e0e8286e47170a58668b3ecd744f4b456d7',
  '0007-token-rotation.sql': '001b5c8e0193230bb1c6e8ecacdb0ed47acb49c8fcc1247ee972bbc80a986972',
  '0008-retention-of-decisions.sql': 'e6b007ff6098ed512df045c993ac47c2464d7dd46f849d977297f59edc2bfa0e',
}

/** Numbers that were skipped. One that came late would run after its successors in old data files, and before them in new ones. */
const unused = new Set([6])

const names = readdirSync(migrationsFolder).filter((name) => name.endsWith('.sql'))

test('a migration that was released stays as it is, byte for byte', () => {
  const hashes = names.map((name) => {
    const text = readFileSync(new URL(name, migrationsFolder))
    return [name, createHash('sha256').update(text).digest('hex')]
  })
  expect(Object.fromEntries(hashes)).toMatchObject(released)
})

test('numbers run on without a gap but those that were never used, and none is used twice', () => {
  const numbers = names.map((name) => Number.parseInt(name, 10)).sort((one, other) => one - other)
  const all = Array.from({ length: numbers.at(-1) ?? 0 }, (_, index) => index + 1)
  expect(numbers).toEqual(all.filter((number) => !unused.has(number)))
})
