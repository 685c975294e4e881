import { Button } from '@mantine/core'
import { IconArrowLeft, IconPlayerPlay } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { AppCommandDetail } from 'livehook/contract'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/call.ts'
import { commandQuery, webhooksQuery } from '../api/queries.ts'
import { CopyIconButton } from '../look/copy-button.tsx'
import { LoadError, Notice } from '../look/notice.tsx'
import { useServices } from '../services.ts'
import { Stranger } from '../text/stranger.tsx'
import { visibleText } from '../text/visible-text.ts'
import { wantersOf } from '../webhooks/wanters.ts'
import styles from './command-view.module.css'
import { ReplyRules } from './reply-rules.tsx'
import { membersOf } from './schema-members.ts'

/** One command: when it is sent, what it carries, what an answer means. */
export function CommandView(props: { sdkAppId: number; command: string; onClose: () => void }) {
  const { t } = useTranslation('commands')
  const { api } = useServices()
  const detail = useQuery(commandQuery(api, props.sdkAppId, props.command))
  if (detail.data !== undefined) {
    return <Detail sdkAppId={props.sdkAppId} detail={detail.data} onClose={props.onClose} />
  }
  if (detail.error === null) return null
  if (detail.error instanceof ApiError && detail.error.status === 404) {
    return (
      <Notice title={t('unknownTitle')}>
        <p>{visibleText(detail.error.detail ?? detail.error.message)}</p>
      </Notice>
    )
  }
  return <LoadError error={detail.error} onRetry={() => void detail.refetch()} />
}

function Detail(props: { sdkAppId: number; detail: AppCommandDetail; onClose: () => void }) {
  const { t, i18n } = useTranslation('commands')
  const { detail, sdkAppId } = props
  const language = i18n.language === 'zh' ? 'zh' : 'en'
  return (
    <article className={styles.view} aria-label={detail.command}>
      <div className={styles.head}>
        <button type="button" className={styles.back} onClick={props.onClose}>
          <IconArrowLeft size={16} stroke={1.75} aria-hidden />
          {t('back')}
        </button>
        <h2 className={styles.word}>
          <Stranger text={detail.command} />
          <CopyIconButton text={detail.command} label={t('copyWord')} />
        </h2>
        {!detail.configOnly && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlayerPlay size={14} stroke={1.75} aria-hidden />}
            renderRoot={(rest) => (
              <Link
                {...rest}
                to="/apps/$sdkAppId/try"
                params={{ sdkAppId: String(sdkAppId) }}
                search={{ command: detail.command }}
              />
            )}
          >
            {t('try')}
          </Button>
        )}
      </div>
      <p className={styles.lead}>
        <strong>{t(detail.phase === 'before' ? 'askedWhen' : 'toldWhen')}</strong>{' '}
        <Stranger text={detail.trigger[language]} />
      </p>
      {detail.configOnly && <p>{t('configOnly')}</p>}
      <Facts detail={detail} sdkAppId={sdkAppId} />
      <Members detail={detail} />
      {detail.reply !== null && <ReplyRules reply={detail.reply} language={language} />}
      <Code title={t('sample')} value={detail.sample} />
      <Code title={t('schema')} value={detail.schema} isFolded />
    </article>
  )
}

function Facts({ detail, sdkAppId }: { detail: AppCommandDetail; sdkAppId: number }) {
  const { t } = useTranslation('commands')
  const { order, identity, after, aliases } = detail
  return (
    <dl className={styles.facts}>
      <Fact name={t('kind')}>{t(`kinds.${detail.kind}`)}</Fact>
      {detail.products.length > 0 && <Fact name={t('products')}>{detail.products.join(', ')}</Fact>}
      <Fact name={t('wanters')}>
        <Wanters sdkAppId={sdkAppId} detail={detail} />
      </Fact>
      {aliases.length > 0 && <Fact name={t('aliases')}>{aliases.join(', ')}</Fact>}
      <Fact name={t('carries')}>
        {[detail.carries.clientIp && 'ClientIP', detail.carries.optPlatform && 'OptPlatform']
          .filter((word) => word !== false)
          .join(', ') || t('nothing')}
      </Fact>
      {order !== null && <Fact name={t('order')}>{`${order.scope}: ${order.by.join(', ')}`}</Fact>}
      {identity.length > 0 && <Fact name={t('identity')}>{identity.join(', ')}</Fact>}
      {after !== null && (
        <Fact name={t('followedBy')}>
          <Link from="/apps/$sdkAppId/commands" to="." search={(now) => ({ ...now, command: after.command })}>
            {after.command}
          </Link>
        </Fact>
      )}
    </dl>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{typeof children === 'string' ? visibleText(children) : children}</dd>
    </div>
  )
}

/** The webhooks of the app that get, or decide, this command. */
function Wanters({ sdkAppId, detail }: { sdkAppId: number; detail: AppCommandDetail }) {
  const { t } = useTranslation('commands')
  const { api } = useServices()
  const webhooks = useQuery(webhooksQuery(api, sdkAppId))
  const wanters = wantersOf(webhooks.data ?? [], detail)
  if (wanters.length === 0) return t('nobody')
  return (
    <ul className={styles.wanters}>
      {wanters.map(({ webhookId, name }) => (
        <li key={webhookId}>
          <Link to="/apps/$sdkAppId/webhooks/$webhookId" params={{ sdkAppId: String(sdkAppId), webhookId }}>
            <Stranger text={name} />
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Members({ detail }: { detail: AppCommandDetail }) {
  const { t } = useTranslation('commands')
  const members = membersOf(detail.schema)
  if (members.length === 0) return null
  return (
    <section className={styles.part}>
      <h3 className={styles.partTitle}>{t('members')}</h3>
      {/* Focusable, since it scrolls on narrow screens. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
      <section className={styles.scroller} tabIndex={0} aria-label={t('members')}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('member')}</th>
              <th scope="col">{t('type')}</th>
              <th scope="col">{t('required')}</th>
              <th scope="col">{t('meaning')}</th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr key={member.path}>
                <th scope="row" style={{ '--depth': member.depth }} className={styles.member} title={member.path}>
                  {visibleText(member.name)}
                </th>
                <td className={styles.type}>{visibleText(member.type)}</td>
                <td>{member.isRequired ? t('yes') : t('no')}</td>
                <td>
                  {visibleText(member.description)}
                  {member.values.length > 0 && (
                    <span className={styles.values}> {visibleText(member.values.join(' · '))}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

/** JSON to look at and to copy. */
function Code({ title, value, isFolded = false }: { title: string; value: unknown; isFolded?: boolean }) {
  const { t } = useTranslation()
  if (value === null || value === undefined) return null
  const text = JSON.stringify(value, undefined, 2)
  const block = (
    <div className={styles.code}>
      {/* Focusable, since it scrolls. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above */}
      <section className={styles.codeText} tabIndex={0} aria-label={title}>
        <pre>
          <code dir="ltr">{visibleText(text)}</code>
        </pre>
      </section>
      <CopyIconButton text={text} label={t('copy.copy')} />
    </div>
  )
  return isFolded ? (
    <details className={styles.part}>
      <summary className={styles.partTitle}>{title}</summary>
      {block}
    </details>
  ) : (
    <section className={styles.part}>
      <h3 className={styles.partTitle}>{title}</h3>
      {block}
    </section>
  )
}
