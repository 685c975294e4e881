// What is not there: one sentence per kind of thing, wherever it is asked for.

import { ServiceError } from './service-error.ts'

const missing = (detail: string): ServiceError => new ServiceError('not_found', detail)

export const noApp = (sdkAppId: number | string): ServiceError =>
  missing(`There is no app ${sdkAppId}. GET /v1/apps lists the apps.`)

export const noWebhook = (webhookId: string): ServiceError => missing(`There is no webhook ${webhookId}.`)

export const noDelivery = (deliveryId: string): ServiceError =>
  missing(`There is no delivery ${JSON.stringify(deliveryId)}.`)

export const noEvent = (eventId: string): ServiceError => missing(`There is no event ${JSON.stringify(eventId)}.`)

/** @param hint what may have been meant, or where the commands are listed */
export const noCommand = (word: string, hint: string): ServiceError =>
  missing(`There is no command ${JSON.stringify(word)}. ${hint}`)
