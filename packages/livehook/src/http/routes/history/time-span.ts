// `from` and `to` of lists, jobs and charts.

import { ServiceError } from '../../../domain/errors/service-error.ts'

export interface Span {
  /** Epoch milliseconds: from (inclusive) to (exclusive). */
  readonly from?: number
  readonly to?: number
}

/**
 * Reads a span of time that the contract has checked already.
 * @param place where the members stand: `?` in a query, a JSON pointer with a slash at its end in a body
 * @throws ServiceError `invalid_request` if it ends before it begins: a mistake, which an empty page would hide
 */
export function parseSpan(span: { readonly from?: string; readonly to?: string }, place: string): Span {
  const from = span.from === undefined ? undefined : Date.parse(span.from)
  const to = span.to === undefined ? undefined : Date.parse(span.to)
  if (from !== undefined && to !== undefined && from > to) {
    const detail = '`from` must not be later than `to`.'
    throw new ServiceError('invalid_request', detail, { errors: [{ pointer: `${place}from`, detail }] })
  }
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}
