import { describe, expect, test } from 'vitest'
import { readSources, wrongArrows } from '../scripts/check-arrows.ts'

const file = (path: string, text: string) => new Map([[path, text]])

describe('the check of import directions', () => {
  test('finds nothing in this repository', () => {
    expect(readSources().size).toBeGreaterThan(100)
    expect(wrongArrows(readSources())).toEqual([])
  })

  test.each([
    ['packages/livehook/src/domain/x.ts', "import { open } from '../store/sqlite/store.ts'"],
    ['packages/livehook/src/domain/x.ts', "import { readFileSync } from 'node:fs'"],
    ['packages/livehook/src/engine/x.ts', "import { connect } from '../egress/dial.ts'"],
    ['packages/livehook/src/engine/x.ts', "export { app } from '../http/app.ts'"],
    ['packages/livehook/src/store/sqlite/x.ts', "import type { Lane } from '../../engine/lanes.ts'"],
    ['packages/livehook/src/http/routes/x.ts', "import { openSqliteStore } from '../../store/sqlite/store.ts'"],
    ['packages/livehook/src/http/contract.ts', "import type { Store } from '../store/port.ts'"],
    ['packages/livehook/src/cli/x.ts', "const { startService } = await import('../service.ts')"],
    ['packages/protocol/src/x.ts', "import { createHash } from 'node:crypto'"],
    ['packages/protocol/src/x.ts', "import { z } from 'zod'"],
    ['packages/receiver/src/x.ts', "import { startService } from 'livehook'"],
    ['packages/console/src/x.tsx', "import { App } from 'livehook/contract'"],
    ['packages/console/src/x.tsx', "import type { Service } from 'livehook'"],
  ])('stops a wrong arrow in %s: %s', (path, text) => {
    expect(wrongArrows(file(path, `${text}\n`))).toHaveLength(1)
  })
})
