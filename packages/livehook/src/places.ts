// Where what is no module of ours lies, seen from this file: in the sources as in what is built from them, where this stays a file
// of its own while the others are put together.

import { fileURLToPath } from 'node:url'

const isSource = import.meta.url.endsWith('.ts')

/** The package's own package.json. */
export const manifestFile = new URL('../package.json', import.meta.url)

/** The steps that bring a data file to the layout of this version. */
export const migrationsFolder = new URL('./store/sqlite/file/migrations/', import.meta.url)

/** What is built for browsers lies in the package's `dist`, whether the sources run or what was built from them. */
export function builtFolder(name: 'console' | 'docs'): string {
  return fileURLToPath(new URL(`../dist/${name}`, import.meta.url))
}

/** The file that a thread of the store begins with. */
export function threadFile(name: 'writer' | 'reader'): URL {
  return new URL(`./store/sqlite/thread/${name}.${isSource ? 'ts' : 'js'}`, import.meta.url)
}
