// Builds what browsers get, if it changed: the console, and the page of the API.

import { ensureApiPage } from './api-page.mjs'
import { ensureConsole } from './console.mjs'
import { ensureToolchain } from './toolchain.mjs'

const toolchain = ensureToolchain()
ensureConsole(toolchain)
ensureApiPage(toolchain)
