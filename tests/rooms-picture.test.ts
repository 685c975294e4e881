import { expect, test } from 'vitest'
import { roomsPicture } from '../scripts/rooms-picture.ts'

const source = (path: string, text = ''): [string, string] => [`packages/livehook/src/${path}`, text]

test('the picture of the rooms has an arrow for each import from one room into another, and none for what everyone may use', () => {
  const picture = roomsPicture(
    new Map([
      source(
        'engine/ask/ask.ts',
        "import type { Lane } from '../deliver/lane.ts'\nimport { x } from '../../domain/x.ts'\n",
      ),
      source(
        'engine/deliver/lane.ts',
        "import type { Y } from './y.ts'\nimport type { Z } from '../../store/port/z.ts'\n",
      ),
      source('service.ts', "const { open } = await import('./engine/ask/ask.ts')\n"),
      source('service-types.ts', "import type { A } from './store/sqlite/a.ts'\n"),
      source('domain/x.ts'),
      ['packages/receiver/src/index.ts', "import { x } from './x.ts'\n"],
    ]),
  )
  expect(picture.split('\n').filter((line) => line.includes('-->'))).toEqual([
    '  engine_ask --> engine_deliver',
    '  service --> engine_ask & store_sqlite',
  ])
  expect(picture).not.toContain('receiver')
})
