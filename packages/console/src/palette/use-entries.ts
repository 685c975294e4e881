import { useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { App } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { commandsQuery, webhooksQuery } from '../api/queries.ts'
import { roomsFor } from '../frame/rooms.ts'
import { useMay } from '../frame/use-may.ts'
import { switchLanguage } from '../i18n/i18n.ts'
import { languages } from '../i18n/language.ts'
import { useServices } from '../services.ts'
import { visibleLine } from '../text/visible-text.ts'
import { kindOfId, type PaletteEntry } from './entries.ts'

export interface EntriesDeps {
  readonly apps: readonly App[]
  readonly sdkAppId: number
  readonly onHelp: () => void
}

/** Everything that the palette can lead to or do, for an app and a role; `text` may name something by its id. */
export function useEntries(deps: EntriesDeps, text: string): readonly PaletteEntry[] {
  const { sdkAppId } = deps
  return [
    ...useIdEntries(sdkAppId, text),
    ...useRoomEntries(sdkAppId),
    ...useActionEntries(deps),
    ...useWebhookEntries(sdkAppId),
    ...useAppEntries(deps.apps),
    ...useCommandEntries(sdkAppId),
  ]
}

function useIdEntries(sdkAppId: number, text: string): readonly PaletteEntry[] {
  const { t } = useTranslation('palette')
  const navigate = useNavigate()
  const id = text.trim()
  const kind = kindOfId(id)
  if (kind === undefined) return []
  const params = { sdkAppId: String(sdkAppId) }
  const go = {
    delivery: () => void navigate({ to: '/apps/$sdkAppId/deliveries', params, search: { delivery: id } }),
    event: () => void navigate({ to: '/apps/$sdkAppId/deliveries', params, search: { id } }),
    webhook: () => void navigate({ to: '/apps/$sdkAppId/webhooks/$webhookId', params: { ...params, webhookId: id } }),
    decision: () => void navigate({ to: '/apps/$sdkAppId/decisions', params, search: { decision: id } }),
    entry: () => void navigate({ to: '/apps/$sdkAppId/audit', params, search: { entry: id } }),
  }
  return [{ id: `id ${id}`, group: 'id', label: t(`goTo.${kind}`), hint: id, run: go[kind] }]
}

function useRoomEntries(sdkAppId: number): readonly PaletteEntry[] {
  const { t } = useTranslation()
  const may = useMay()
  const navigate = useNavigate()
  return roomsFor(may).map(({ name, to, key }) => ({
    id: `room ${name}`,
    group: 'room',
    label: t(`frame.${name}`),
    hint: `g ${key}`,
    run: () => void navigate({ to, params: { sdkAppId: String(sdkAppId) } }),
  }))
}

function useActionEntries({ sdkAppId, onHelp }: EntriesDeps): readonly PaletteEntry[] {
  const { t, i18n } = useTranslation('palette')
  const may = useMay()
  const navigate = useNavigate()
  // Suppressing transitions during the change would need a <style> element.
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true })
  const params = { sdkAppId: String(sdkAppId) }
  const action = (name: string, label: string, run: () => void): PaletteEntry => ({
    id: `action ${name}`,
    group: 'action',
    label,
    run,
  })
  return [
    action(
      'dead',
      t('whatFails'),
      () => void navigate({ to: '/apps/$sdkAppId/deliveries', params, search: { state: 'dead' } }),
    ),
    ...(may.change
      ? [
          action('webhook', t('newWebhook'), () => void navigate({ to: '/apps/$sdkAppId/webhooks/new', params })),
          action(
            'redeliver',
            t('redeliverDead'),
            () =>
              void navigate({
                to: '/apps/$sdkAppId/deliveries',
                params,
                search: { state: 'dead', panel: 'redeliveries' },
              }),
          ),
        ]
      : []),
    ...(may.administer
      ? [
          action(
            'key',
            t('newKey'),
            () => void navigate({ to: '/apps/$sdkAppId/keys', params, search: { make: 'key' } }),
          ),
        ]
      : []),
    action('light', t('light'), () => setColorScheme('light')),
    action('dark', t('dark'), () => setColorScheme('dark')),
    action('system', t('system'), () => setColorScheme('auto')),
    ...languages
      .filter(({ code }) => code !== i18n.language)
      .map(({ code, name }) => action(`language ${code}`, t('speak', { name }), () => void switchLanguage(i18n, code))),
    action('help', t('help'), onHelp),
  ]
}

function useWebhookEntries(sdkAppId: number): readonly PaletteEntry[] {
  const { api } = useServices()
  const navigate = useNavigate()
  const { data } = useQuery(webhooksQuery(api, sdkAppId))
  return (data ?? []).map(({ webhookId, name, url }) => ({
    id: `webhook ${webhookId}`,
    group: 'webhook',
    label: visibleLine(name, 80),
    hint: visibleLine(url, 120),
    run: () =>
      void navigate({
        to: '/apps/$sdkAppId/webhooks/$webhookId',
        params: { sdkAppId: String(sdkAppId), webhookId },
      }),
  }))
}

function useAppEntries(apps: readonly App[]): readonly PaletteEntry[] {
  const navigate = useNavigate()
  return apps.map((app) => ({
    id: `app ${app.sdkAppId}`,
    group: 'app',
    label: visibleLine(app.name, 80),
    hint: String(app.sdkAppId),
    run: () => void navigate({ to: '/apps/$sdkAppId/overview', params: { sdkAppId: String(app.sdkAppId) } }),
  }))
}

function useCommandEntries(sdkAppId: number): readonly PaletteEntry[] {
  const { i18n } = useTranslation()
  const { api } = useServices()
  const navigate = useNavigate()
  const { data } = useQuery(commandsQuery(api, sdkAppId))
  return (data ?? []).map(({ command, trigger }) => ({
    id: `command ${command}`,
    group: 'command',
    label: visibleLine(command, 80),
    hint: visibleLine(i18n.language === 'zh' ? trigger.zh : trigger.en, 120),
    run: () =>
      void navigate({ to: '/apps/$sdkAppId/commands', params: { sdkAppId: String(sdkAppId) }, search: { command } }),
  }))
}
