// The stores that every suite runs against. Another one is added here.

import type { Store } from '../../src/store/port/port.ts'
import { createSqlitePlace } from './sqlite-place.ts'

/** A place where a store keeps its data: it can be opened, closed and opened again. */
export interface StorePlace {
  open(): Promise<Store>
  remove(): Promise<void>
}

export interface KnownPlace {
  readonly title: string
  readonly createPlace: () => Promise<StorePlace>
}

export const places: readonly KnownPlace[] = [{ title: 'The embedded store', createPlace: createSqlitePlace }]
