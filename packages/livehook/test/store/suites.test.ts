import { dueTimesSuite } from './due-times-suite.ts'
import { handsSuite } from './hands-suite.ts'
import { places } from './places.ts'
import { storeSuite } from './store-suite.ts'
import { upkeepSuite } from './upkeep-suite.ts'

for (const { title, createPlace } of places) {
  for (const suite of [storeSuite, handsSuite, upkeepSuite, dueTimesSuite]) suite(title, createPlace)
}
