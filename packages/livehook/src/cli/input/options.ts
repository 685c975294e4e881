// What the options of each verb look like once commander has read them.

export interface DevOptions {
  readonly to?: string
  readonly demo?: true
  readonly exec?: string
  readonly host?: string
  readonly port?: string
  readonly tokenFile?: string
}

export interface EventOptions {
  readonly app?: string
  readonly clientIp?: string
  readonly platform?: string
  readonly json?: true
}

export interface TriggerOptions extends EventOptions {
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
  readonly body?: string
  readonly wait?: true
  readonly to?: string
  readonly sdkAppId?: string
  readonly tokenFile?: string
  readonly at?: string
  readonly times?: string
  readonly rate?: string
  readonly tamper?: 'late' | 'future' | 'twice' | 'badtoken' | 'foreign' | 'cut'
}

export interface AskOptions extends EventOptions {
  readonly set?: readonly string[]
  readonly unset?: readonly string[]
  readonly body?: string
  readonly deadlineMs?: string
}

export interface SendOptions extends EventOptions {
  readonly body: string
  readonly direct?: string
  readonly sdkAppId?: string
  readonly tokenFile?: string
}

export interface DoctorOptions {
  readonly tokenFile?: string
  readonly command?: string
  readonly egressAllow?: string
  readonly dns?: string
  readonly sdkAppId?: string
  readonly spelling?: 'webhook' | 'callback'
  readonly timeoutMs?: string
  readonly webhook?: string
  readonly app?: string
  readonly lang?: 'en' | 'zh'
  readonly json?: true
}

export interface SignOptions {
  readonly at?: string
  readonly url?: string
  readonly command?: string
  readonly sdkAppId?: string
  readonly spelling?: 'webhook' | 'callback'
  readonly clientIp?: string
  readonly platform?: string
  readonly tokenFile?: string
  readonly json?: true
}

export interface VerifyOptions {
  readonly header?: readonly string[]
  readonly body?: string
  readonly at?: string
  readonly sdkAppId?: string
  readonly tokenFile?: readonly string[]
  readonly json?: true
}

export interface DeliveryFilterOptions {
  readonly app?: string
  readonly command?: string
  readonly webhook?: string
  readonly symptom?: string
  readonly detail?: string
  readonly since?: string
  readonly until?: string
}

export interface DeliveryListOptions extends DeliveryFilterOptions {
  readonly state?: readonly string[]
  readonly id?: string
  readonly limit?: string
  readonly watch?: true
  readonly json?: true
}

export interface TailOptions {
  readonly app?: string
  readonly command?: string
  readonly webhook?: string
  readonly state?: readonly string[]
  readonly json?: true
}

export interface RedeliverOptions extends DeliveryFilterOptions {
  readonly state?: 'dead' | 'succeeded'
  readonly rate?: string
  readonly yes?: true
  readonly json?: true
}

export interface ListenOptions {
  readonly port?: string
  readonly host?: string
  readonly tokenFile?: readonly string[]
  readonly sdkAppId?: string
  readonly deny?: readonly string[]
  readonly drop?: readonly string[]
  readonly reply?: readonly string[]
  readonly delay?: readonly string[]
  readonly status?: readonly string[]
  /** `true` for every command. */
  readonly garbage?: string | true
  readonly forward?: string
  readonly record?: string
  readonly hintAfter?: string
  readonly quiet?: true
  readonly json?: true
}

export interface SimulateOptions {
  readonly app?: string
  readonly seed?: string
  readonly rooms?: string
  readonly viewers?: string
  readonly duration?: string
  readonly rate?: string
  readonly wait?: string
  readonly json?: true
}
