// What the address of the overview says: the range, and whether charts are read as tables.

import { readTimeRange, type TimeRange } from '../feed/time-range.ts'

export interface OverviewSearch extends TimeRange {
  readonly view?: 'table'
}

export function readOverviewSearch(search: Record<string, unknown>): OverviewSearch {
  return { ...readTimeRange(search), ...(search['view'] === 'table' ? { view: 'table' } : {}) }
}
