import { SegmentedControl } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyIconButton } from '../../look/copy-button.tsx'
import { prettyJson } from '../../text/pretty-json.ts'
import { visibleText } from '../../text/visible-text.ts'
import styles from './body-view.module.css'
import { Part } from './parts.tsx'

/** A body as text, never as markup: as it came, or with every member of its JSON on a line of its own. */
export function BodyView({ title, text }: { title: string; text: string }) {
  const { t } = useTranslation()
  const [view, setView] = useState<'pretty' | 'raw'>('pretty')
  const pretty = useMemo(() => prettyJson(text), [text])
  const shown = useMemo(() => visibleText(view === 'pretty' ? (pretty ?? text) : text), [view, pretty, text])
  return (
    <Part
      title={title}
      aside={
        <span className={styles.tools}>
          {pretty !== undefined && (
            <SegmentedControl
              size="xs"
              aria-label={t('detail.bodyView')}
              value={view}
              onChange={(value) => setView(value === 'raw' ? 'raw' : 'pretty')}
              data={[
                { value: 'pretty', label: t('detail.pretty') },
                { value: 'raw', label: t('detail.raw') },
              ]}
            />
          )}
          <CopyIconButton text={text} label={t('copy.copy')} />
        </span>
      }
    >
      {/* Focusable, since it scrolls: otherwise no key could reach the end of a long body. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
      <section className={styles.scroller} tabIndex={0} aria-label={title}>
        <pre className={styles.text}>
          <bdi>{shown === '' ? t('detail.emptyBody') : shown}</bdi>
        </pre>
      </section>
    </Part>
  )
}
