import { ActionIcon, Button, Tooltip, VisuallyHidden } from '@mantine/core'
import { IconCheck, IconCopy, IconLink, IconTerminal2, IconX } from '@tabler/icons-react'
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
    <>
      <Tooltip label={shown}>
        <ActionIcon variant="subtle" color="gray" size={22} aria-label={label} onClick={() => copy(text)}>
          <CopyIcon state={state} ready={IconCopy} />
        </ActionIcon>
      </Tooltip>
      <CopySaid state={state} shown={shown} />
    </>
  )
}

/** Says it to those who hear the page; inside of a button it would take away the button's name. */
function CopySaid({ state, shown }: { state: CopyState; shown: string }) {
  return (
    <VisuallyHidden>
      <output>{state === 'ready' ? '' : shown}</output>
    </VisuallyHidden>
  )
}

/** A button that says what it copies: a link to where one is. */
export function CopyLinkButton({ label }: { label: string }) {
  const { state, copy } = useCopy()
  const shown = useCopyLabel(state, label)
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<CopyIcon state={state} ready={IconLink} />}
        onClick={() => copy(window.location.href)}
      >
        {shown}
      </Button>
      <CopySaid state={state} shown={shown} />
    </>
  )
}

/** A button that says what it copies: a command line; what to know of it, on hover. */
export function CopyTextButton({ text, label, hint }: { text: string; label: string; hint: string }) {
  const { state, copy } = useCopy()
  const shown = useCopyLabel(state, label)
  return (
    <>
      <Tooltip label={hint} multiline maw={320}>
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<CopyIcon state={state} ready={IconTerminal2} />}
          onClick={() => copy(text)}
        >
          {shown}
        </Button>
      </Tooltip>
      <CopySaid state={state} shown={shown} />
    </>
  )
}
