import { Checkbox, Radio } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { WebhookCheck } from 'livehook/contract'
import { useTranslation } from 'react-i18next'
import { builtInReceiverUrl } from '../../first-run/built-in-receiver.ts'
import { AdviceList } from '../../deliveries/detail/advice-list.tsx'
import { classes } from '../../look/classes.ts'
import { visibleText } from '../../text/visible-text.ts'
import { Section, TextField } from './fields.tsx'
import styles from './form.module.css'
import type { PartProps } from './part-props.ts'
import { refusalsAt } from './refusals.ts'

type Destination = NonNullable<WebhookCheck['destination']>

/** Where requests go, and how they are spelled: with the whole URL that would be called. */
export function WhereSection({
  requestUrl,
  destination,
  ...parts
}: PartProps & { requestUrl: string | null; destination: Destination | undefined }) {
  const { t } = useTranslation('registration')
  const { draft, change, refusals } = parts
  return (
    <Section title={t('form.where')}>
      <TextField
        label={t('form.name')}
        hint={t('form.nameHint')}
        placeholder="default"
        value={draft.name}
        onValue={(name) => change({ name })}
        refusals={refusals}
        pointer="/name"
      />
      <TextField
        label={t('form.url')}
        hint={t('form.urlHint')}
        placeholder="https://example.com/webhook"
        isCode
        isRequired
        value={draft.url}
        onValue={(url) => change({ url })}
        refusals={refusals}
        pointer="/url"
      />
      <UrlState destination={refusalsAt(refusals, '/url').length === 0 ? destination : undefined} />
      {draft.url === '' && (
        <p className={styles.hint}>
          {t('form.noReceiver')}{' '}
          <button type="button" className={styles.inline} onClick={() => change({ url: builtInReceiverUrl })}>
            {t('form.useBuiltIn')}
          </button>
        </p>
      )}
      <SpellingFields {...parts} />
      <figure className={styles.preview}>
        <figcaption>{t('form.preview')}</figcaption>
        {requestUrl === null ? (
          <p className={styles.hint}>{t('form.previewEmpty')}</p>
        ) : (
          <UrlPreview text={requestUrl} ownLength={draft.url.trim().length} />
        )}
      </figure>
    </Section>
  )
}

/** Where the URL leads to right now. What may not even be registered stands at the field. */
function UrlState({ destination }: { destination: Destination | undefined }) {
  const { t, i18n } = useTranslation('registration')
  const sentences = destination === undefined ? [] : destination.advice[i18n.language === 'zh' ? 'zh' : 'en']
  return (
    <output className={classes(styles.urlState, destination?.ok === false && styles.urlTrouble)}>
      {destination?.ok === true && (
        <>
          <IconCircleCheck size={15} stroke={2} aria-hidden />
          {t('form.urlGood')}
        </>
      )}
      {destination?.ok === false && (
        <>
          <IconAlertTriangle size={15} stroke={2} aria-hidden />
          <div>
            <strong>{t('form.urlTrouble')}</strong>
            <AdviceList sentences={sentences} heading={t('form.urlTrouble')} />
          </div>
        </>
      )}
    </output>
  )
}

/** How the parameters are written. */
function SpellingFields({ draft, change }: PartProps) {
  const { t } = useTranslation('registration')
  return (
    <>
      <Radio.Group
        label={t('form.spelling')}
        value={draft.spelling}
        onChange={(value) => change({ spelling: value === 'callback' ? 'callback' : 'webhook' })}
      >
        <div className={styles.radios}>
          <Radio value="webhook" label={t('form.spellingWebhook')} />
          <Radio value="callback" label={t('form.spellingCallback')} />
        </div>
      </Radio.Group>
      <Checkbox
        label={t('form.contentType')}
        checked={draft.contentType}
        onChange={(event) => change({ contentType: event.currentTarget.checked })}
      />
    </>
  )
}

/** The app's own part of the URL, and what the service adds to it: told apart by weight. */
function UrlPreview({ text, ownLength }: { text: string; ownLength: number }) {
  return (
    <pre className={styles.previewUrl}>
      <code dir="ltr">
        <strong>{visibleText(text.slice(0, ownLength))}</strong>
        {visibleText(text.slice(ownLength))}
      </code>
    </pre>
  )
}
