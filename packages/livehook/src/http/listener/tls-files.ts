// The service's own certificate, from two files that are renewed by someone else. At the start they must fit; later whatever fits is
// taken up, and while they do not (one file was written, the other is about to be) the service goes on with what it has.

import { createPrivateKey, X509Certificate } from 'node:crypto'
import type { FSWatcher } from 'node:fs'
import { readFileSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import { messageOf } from '../../domain/diagnosis/error-facts.ts'
import { TlsFilesError } from '../../domain/errors/tls-files-error.ts'
import type { Log } from '../../observe/log.ts'

interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** PEM. */
export interface CertificateAndKey {
  readonly cert: string
  readonly key: string
}

export interface WatchedTlsFiles {
  /** What new connections get. */
  readonly current: CertificateAndKey
  /** Begins to look for renewed files. */
  start(onRenewed: (renewed: CertificateAndKey) => void): void
  stop(): void
}

/** Notices of the file system are hints; on some file systems there are none (I11). */
const lookEveryMs = 60_000

/**
 * Reads the files and makes sure that they fit.
 * @param settings paths; if neither is set the service speaks plain http
 * @throws TlsFilesError naming the setting, the file and what is wrong with it
 */
export function openTlsFiles(
  { cert, key }: { readonly cert: string | undefined; readonly key: string | undefined },
  deps: { readonly log: Log },
): WatchedTlsFiles | undefined {
  if (cert === undefined && key === undefined) return undefined
  if (cert === undefined || key === undefined) {
    const missing = cert === undefined ? 'LIVEHOOK_TLS_CERT' : 'LIVEHOOK_TLS_KEY'
    throw new TlsFilesError(`${missing} is missing: a certificate and its private key are set together.`)
  }
  return watchTlsFiles({ cert, key }, deps)
}

function watchTlsFiles(files: TlsFiles, deps: { readonly log: Log }): WatchedTlsFiles {
  let current = readTlsFiles(files)
  let timer: NodeJS.Timeout | undefined
  let watchers: readonly FSWatcher[] = []
  let refused: string | undefined

  const look = (onRenewed: (renewed: CertificateAndKey) => void): void => {
    try {
      const found = readTlsFiles(files)
      refused = undefined
      if (found.cert === current.cert && found.key === current.key) return
      current = found
      onRenewed(found)
      const { validTo } = new X509Certificate(found.cert)
      deps.log.info({ validTo }, 'the renewed certificate is in use')
    } catch (error) {
      // Once for each thing that is wrong, not once a minute.
      if (refused === messageOf(error)) return
      refused = messageOf(error)
      deps.log.warn({ err: error }, 'the renewed certificate cannot be used; the one before stays in use')
    }
  }

  return {
    get current() {
      return current
    },
    start(onRenewed) {
      const lookNow = (): void => look(onRenewed)
      timer = setInterval(lookNow, lookEveryMs)
      // Folders, not files: anyone who renews puts a new file, or a new link, in the place of the old one.
      const folders = new Set([dirname(files.cert), dirname(files.key)])
      watchers = [...folders].flatMap((folder) => watchFolder(folder, lookNow))
      // They may have been renewed since they were read.
      lookNow()
    },
    stop() {
      clearInterval(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}

function watchFolder(folder: string, onChange: () => void): readonly FSWatcher[] {
  try {
    // What cannot be watched any more is looked at by the timer.
    return [watch(folder, { persistent: false }, onChange).on('error', () => undefined)]
  } catch {
    return []
  }
}

function readTlsFiles(files: TlsFiles): CertificateAndKey {
  const cert = readText('LIVEHOOK_TLS_CERT', files.cert)
  const key = readText('LIVEHOOK_TLS_KEY', files.key)
  const certificate = parse(
    'LIVEHOOK_TLS_CERT',
    `${files.cert} has no certificate in PEM`,
    () => new X509Certificate(cert),
  )
  const privateKey = parse('LIVEHOOK_TLS_KEY', `${files.key} has no private key in PEM without a passphrase`, () =>
    createPrivateKey(key),
  )
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TlsFilesError(
      `LIVEHOOK_TLS_KEY: the key in ${files.key} does not belong to the first certificate in ${files.cert}. ` +
        "The service's own certificate comes first in that file, those that issued it after it.",
    )
  }
  return { cert, key }
}

function readText(setting: string, path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new TlsFilesError(`${setting} names ${path}, which cannot be read: ${messageOf(error)}`)
  }
}

function parse<Value>(setting: string, what: string, work: () => Value): Value {
  try {
    return work()
  } catch {
    // The cause may quote the key.
    throw new TlsFilesError(`${setting}: ${what}.`)
  }
}
