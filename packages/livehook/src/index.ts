// What `livehook` offers to a program that runs it inside its own process.

export { parseSettings, SettingsError } from './config/settings.ts'
export type { ParsedSettings, Settings, SettingsSources } from './config/settings.ts'
export { ServiceError } from './domain/errors/service-error.ts'
export type { ErrorCode } from './domain/errors/service-error.ts'
export type { Ask, AskDecision as Decision } from './engine/ask/event.ts'
export type { IncomingEvent } from './engine/intake/check-event.ts'
export type { Intake } from './engine/intake/intake.ts'
export type { AcceptResult } from './store/port/flow.ts'
export { startService } from './service.ts'
export type { Service, ServiceOptions } from './service-types.ts'
