// The little of Bun that the far sides use. They run on Bun, whose sockets cost a third of Node's: on a machine of two cores,
// what a sink and a generator take is taken from the service.

/** Bytes that a socket did not take at once are the caller's to keep until `drain`. */
export interface BunSocket<State> {
  data: State
  /** @returns how many bytes were taken; -1 if the socket is closed */
  write(bytes: Uint8Array): number
  end(): void
}

export interface BunHandlers<State> {
  open(socket: BunSocket<State>): void
  data(socket: BunSocket<State>, bytes: Buffer): void
  drain(socket: BunSocket<State>): void
  close(socket: BunSocket<State>): void
  error(socket: BunSocket<State>, error: Error): void
}

interface BunRuntime {
  listen<State>(options: { hostname: string; port: number; socket: BunHandlers<State> }): { readonly port: number }
  connect<State>(options: { hostname: string; port: number; socket: BunHandlers<State> }): Promise<BunSocket<State>>
}

export const bun: BunRuntime = (globalThis as unknown as { readonly Bun: BunRuntime }).Bun
