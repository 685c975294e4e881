import { Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ExactInstant } from '../../text/instant.tsx'
import type { Draft } from './draft.ts'
import { Section, useFieldError } from './fields.tsx'
import styles from './form.module.css'
import type { PartProps } from './part-props.ts'

/** Authorities and a client certificate of the webhook's own: seldom, so folded in unless there are some. */
export function TlsSection(props: PartProps & { certificateEndsAt: string | null }) {
  const { t } = useTranslation('registration')
  const { draft, change, refusals } = props
  const hasAny = draft.tlsCa !== '' || draft.tlsCertificate !== '' || draft.tlsPrivateKey !== ''
  const error = useFieldError(refusals, '/tls')
  return (
    <Section title="TLS">
      <details className={styles.folded} open={hasAny || error !== undefined}>
        <summary>{t('form.tls')}</summary>
        <div className={styles.foldedBody}>
          <p className={styles.hint}>{t('form.tlsHint')}</p>
          <PemField
            label={t('form.tlsCa')}
            hint={t('form.tlsCaHint')}
            value={draft.tlsCa}
            pointer="/tls/ca"
            refusals={refusals}
            onValue={(tlsCa) => change({ tlsCa })}
          />
          <PemField
            label={t('form.tlsCertificate')}
            hint={t('form.tlsCertificateHint')}
            value={draft.tlsCertificate}
            pointer="/tls/certificate"
            refusals={refusals}
            onValue={(tlsCertificate) => change({ tlsCertificate })}
          />
          {props.certificateEndsAt !== null && (
            <p className={styles.hint}>
              {t('form.tlsEnds')} <ExactInstant at={props.certificateEndsAt} />
            </p>
          )}
          <PemField
            label={t('form.tlsPrivateKey')}
            hint={draft.tlsCertificate === '' ? t('form.tlsPrivateKeyHint') : t('form.tlsPrivateKeyKept')}
            value={draft.tlsPrivateKey}
            pointer="/tls/privateKey"
            refusals={refusals}
            onValue={(tlsPrivateKey) => change({ tlsPrivateKey })}
          />
        </div>
      </details>
    </Section>
  )
}

function PemField(props: {
  label: string
  hint: string
  value: Draft['tlsCa']
  pointer: string
  refusals: PartProps['refusals']
  onValue: (value: string) => void
}) {
  const error = useFieldError(props.refusals, props.pointer)
  return (
    <Textarea
      label={props.label}
      description={props.hint}
      value={props.value}
      error={error}
      rows={4}
      placeholder="-----BEGIN …"
      spellCheck={false}
      autoComplete="off"
      classNames={{ input: styles.code }}
      onChange={(event) => props.onValue(event.currentTarget.value)}
    />
  )
}
