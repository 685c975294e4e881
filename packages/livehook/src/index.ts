// What `livehook` offers to a program that runs it inside its own process.

export { parseSettings, SettingsError } from './config/settings.ts'
export type { ParsedSettings, Settings, SettingsSources } from './config/settings.ts'
export { ServiceError } from './domain/service-error.ts'
export type { ErrorCode } from './domain/service-error.ts'
export type { Ask, Decision } from './engine/ask-event.ts'
export type { IncomingEvent, Intake } from './engine/intake.ts'
export type { AcceptResult } from './store/port.ts'
export { startService } from './service.ts'
export type { Service, ServiceOptions } from './service.ts'
