import { createSqlitePlace } from './sqlite-place.ts'
import { storeSuite } from './store-suite.ts'

storeSuite('The embedded store', createSqlitePlace)
