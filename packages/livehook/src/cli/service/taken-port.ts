// A port that cannot be listened on, turned into a sentence that says what to do.

import { createServer } from 'node:net'
import { codeOf } from '../../domain/diagnosis/error-facts.ts'
import { CliError } from '../io.ts'

interface Place {
  readonly host: string
  readonly port: number
}

/** @returns the error for the person, or `undefined` if it is of another kind */
export async function portProblem(error: unknown, place: Place): Promise<CliError | undefined> {
  const { host, port } = place
  const code = codeOf(error)
  if (code === 'EADDRINUSE') {
    const free = await nextFreePort(place)
    const proposal = free === undefined ? 'Stop the other program or use --port 0.' : `Stop it, or use --port ${free}.`
    return new CliError('configuration', `Port ${port} on ${host} is taken by another program. ${proposal}`)
  }
  if (code === 'EACCES') {
    return new CliError('configuration', `Port ${port} needs more rights than this user has. Use a port above 1023.`)
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new CliError('configuration', `This machine has no address ${host}. Use --host 127.0.0.1 or 0.0.0.0.`)
  }
  return undefined
}

async function nextFreePort({ host, port }: Place): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + 50, 65_535); candidate += 1) {
    if (await isFree(host, candidate)) return candidate
  }
  return undefined
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}
