// Builds the console if its sources changed.

import { ensureConsole } from './console.mjs'
import { ensureToolchain } from './toolchain.mjs'

ensureConsole(ensureToolchain())
