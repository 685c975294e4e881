import { ActionIcon, Button, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconCopy, IconLink, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useCopy, type CopyState } from '../text/copy.ts'

function useCopyLabel(state: CopyState, ready: string): string {
  const { t } = useTranslation()
  if (state === 'ready') return ready
  return state === 'copied' ? t('copy.copied') : t('copy.failed')
}

function CopyIcon({ state, ready: Ready }: { state: CopyState; ready: typeof IconCopy }) {
  const Icon = state === 'ready' ? Ready : state === 'copied' ? IconCheck : IconX
  return <Icon size={14} stroke={1.75} aria-hidden />
}

/** A small button without words. */
export function CopyIconButton({ text, label }: { text: string; label: string }) {
  const { state, copy } = useCopy()
  const shown = useCopyLabel(state, label)
  return (
    <Tooltip label={shown}>
      <ActionIcon variant="subtle" color="gray" size={22} aria-label={label} onClick={() => copy(text)}>
        <CopyIcon state={state} ready={IconCopy} />
        <VisuallyHidden>
          <output>{state === 'ready' ? '' : shown}</output>
        </VisuallyHidden>
      </ActionIcon>
    </Tooltip>
  )
}

/** A button that says what it copies: a link to where one is. */
export function CopyLinkButton({ label }: { label: string }) {
  const { state, copy } = useCopy()
  const shown = useCopyLabel(state, label)
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<CopyIcon state={state} ready={IconLink} />}
      onClick={() => copy(window.location.href)}
    >
      <output>{shown}</output>
    </Button>
  )
}
