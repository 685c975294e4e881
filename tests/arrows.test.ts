import { describe, expect, test } from 'vitest'
import { circles, crowdedFolders, readSources, wrongArrows } from '../scripts/check-arrows.ts'

const file = (path: string, text: string) => new Map([[path, text]])

describe('the check of import directions', () => {
  test('finds nothing in this repository', () => {
    expect(readSources().size).toBeGreaterThan(100)
    expect(wrongArrows(readSources())).toEqual([])
  })

  test.each([
    ['packages/livehook/src/domain/x.ts', "import { open } from '../store/sqlite/store.ts'"],
    ['packages/livehook/src/domain/x.ts', "import { readFileSync } from 'node:fs'"],
    ['packages/livehook/src/engine/deliver/x.ts', "import { connect } from '../../egress/dial/dial.ts'"],
    ['packages/livehook/src/engine/deliver/x.ts', "import { createAsker } from '../ask/ask.ts'"],
    ['packages/livehook/src/engine/kept/x.ts', "import { createIntake } from '../intake/intake.ts'"],
    ['packages/livehook/src/engine/ask/x.ts', "export { app } from '../../http/app.ts'"],
    ['packages/livehook/src/store/sqlite/x.ts', "import type { Lane } from '../../engine/deliver/lane.ts'"],
    ['packages/livehook/src/http/routes/x.ts', "import { openSqliteStore } from '../../store/sqlite/store.ts'"],
    ['packages/livehook/src/http/contract/contract.ts', "import type { Store } from '../../store/port/port.ts'"],
    ['packages/livehook/src/cli/send/x.ts', "const { startService } = await import('../../service.ts')"],
    ['packages/livehook/src/cli/client/x.ts', "import { openScratch } from '../dev/scratch.ts'"],
    ['packages/livehook/src/cli/demo/x.ts', "import { openDevReceiver } from '../dev/receiver.ts'"],
    ['packages/livehook/src/cli/look/x.ts', "import type { WebhookOptions } from '../manage/webhooks.ts'"],
    ['packages/livehook/src/cli/signature/x.ts', "import { send } from '../send/send.ts'"],
    ['packages/livehook/src/cli/completion/x.ts', "import { addApps } from '../verbs/manage-verbs.ts'"],
    ['packages/protocol/src/x.ts', "import { createHash } from 'node:crypto'"],
    ['packages/protocol/src/x.ts', "import { z } from 'zod'"],
    ['packages/receiver/src/x.ts', "import { startService } from 'livehook'"],
    ['packages/console/src/x.tsx', "import { App } from 'livehook/contract'"],
    ['packages/console/src/x.tsx', "import type { Service } from 'livehook'"],
  ])('stops a wrong arrow in %s: %s', (path, text) => {
    expect(wrongArrows(file(path, `${text}\n`))).toHaveLength(1)
  })

  test('finds a circle of imports, types counted', () => {
    const files = new Map([
      ['packages/livehook/src/domain/a.ts', "import type { B } from './b.ts'\n"],
      ['packages/livehook/src/domain/b.ts', "import { c } from './c.ts'\n"],
      ['packages/livehook/src/domain/c.ts', "import { a } from './a.ts'\n"],
      ['packages/livehook/src/domain/d.ts', "import { a } from './a.ts'\n"],
    ])
    expect(circles(files)).toEqual([expect.stringMatching(/a\.ts ↔ .*b\.ts ↔ .*c\.ts$/)])
    files.set('packages/livehook/src/domain/c.ts', '')
    expect(circles(files)).toEqual([])
  })

  test('finds a folder with more files than can be taken in at a glance', () => {
    const files = new Map(Array.from({ length: 16 }, (_, index) => [`packages/livehook/src/domain/f${index}.ts`, '']))
    expect(crowdedFolders(files)).toEqual([expect.stringContaining('has 16 files')])
    files.delete('packages/livehook/src/domain/f0.ts')
    expect(crowdedFolders(files)).toEqual([])
  })
})
