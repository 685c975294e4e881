import { dueTimesSuite } from './due-times-suite.ts'
import { handsSuite } from './hands-suite.ts'
import { createSqlitePlace } from './sqlite-place.ts'
import { storeSuite } from './store-suite.ts'
import { upkeepSuite } from './upkeep-suite.ts'

for (const suite of [storeSuite, handsSuite, upkeepSuite, dueTimesSuite]) suite('The embedded store', createSqlitePlace)
