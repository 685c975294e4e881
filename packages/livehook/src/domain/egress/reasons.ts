// What each refusal of the egress policy means and what to do about it, in the words of the failure table.

import { assertNever } from '../assert.ts'
import type { AddressReason, EgressReason, UrlReason } from './policy.ts'

export interface Sentence {
  readonly en: string
  readonly zh: string
}

/** What an address is that has this reason, to be put behind "… is". */
const natures: Readonly<Record<AddressReason, Sentence>> = {
  unspecified: { en: 'the unspecified address', zh: '未指定地址' },
  this_network: { en: 'an address of "this network"', zh: '“本网络”地址' },
  private: { en: 'a private address', zh: '内网地址' },
  cgnat: { en: 'an address of carrier-grade NAT', zh: '运营商级 NAT 地址' },
  loopback: { en: 'a loopback address, which leads back to the service itself', zh: '回环地址，会指回本服务自身' },
  link_local: { en: 'a link-local address', zh: '链路本地地址' },
  ietf_protocol: { en: 'an address reserved for protocols', zh: '协议保留地址' },
  documentation: { en: 'an address reserved for documentation', zh: '文档示例专用地址' },
  as112: { en: 'an address of a DNS sink (AS112)', zh: 'DNS 黑洞（AS112）地址' },
  amt: { en: 'an address of multicast tunnelling', zh: '组播隧道地址' },
  deprecated_6to4_relay: { en: 'an address of the retired 6to4 relays', zh: '已废弃的 6to4 中继地址' },
  benchmarking: { en: 'an address reserved for benchmarks', zh: '基准测试专用地址' },
  multicast: { en: 'a multicast address', zh: '组播地址' },
  reserved: { en: 'a reserved address', zh: '保留地址' },
  broadcast: { en: 'the broadcast address', zh: '广播地址' },
  ipv4_compatible: { en: 'an IPv4 address in a retired IPv6 form', zh: '已废弃的 IPv6 形式的 IPv4 地址' },
  siit: { en: 'an IPv4 address in a translator’s IPv6 form', zh: '转换器形式的 IPv4 地址' },
  nat64_local: { en: 'an address of a local NAT64 translator', zh: '本地 NAT64 转换地址' },
  nat64: { en: 'an IPv4 address behind a NAT64 translator', zh: 'NAT64 转换器后的 IPv4 地址' },
  nat64_private: { en: 'a closed IPv4 address behind a NAT64 translator', zh: 'NAT64 转换器后的受限 IPv4 地址' },
  discard: { en: 'an address whose packets are discarded', zh: '丢弃专用地址' },
  teredo: { en: 'a Teredo tunnel address', zh: 'Teredo 隧道地址' },
  orchid: { en: 'a cryptographic identifier, not a host', zh: '加密标识符而非主机地址' },
  '6to4': { en: 'a 6to4 tunnel address', zh: '6to4 隧道地址' },
  unique_local: { en: 'a private IPv6 address', zh: 'IPv6 内网地址' },
  site_local: { en: 'a retired private IPv6 address', zh: '已废弃的 IPv6 内网地址' },
  mapped_private: { en: 'a closed IPv4 address written as IPv6', zh: '写成 IPv6 形式的受限 IPv4 地址' },
  not_global_unicast: { en: 'outside the public IPv6 network (2000::/3)', zh: '公网 IPv6 范围（2000::/3）之外的地址' },
  metadata: { en: 'a metadata address of a cloud, which no rule opens', zh: '云平台元数据地址，任何规则都不会放行' },
  self_address: { en: 'an address of this service itself', zh: '本服务自身的地址' },
  invalid_address: { en: 'not an address', zh: '无效的地址' },
}

/** What is wrong with a URL's text, and what to type instead. */
const texts: Readonly<Record<UrlReason, Sentence>> = {
  too_long: { en: 'The URL is longer than 2048 characters: shorten it.', zh: 'URL 超过 2048 个字符，请缩短。' },
  bad_character: {
    en: 'The URL contains a space, a backslash or an invisible character: type it again by hand.',
    zh: 'URL 含有空格、反斜杠或不可见字符，请手动重新输入。',
  },
  scheme: {
    en: 'Only http:// and https:// URLs can be called: begin the URL with one of them.',
    zh: '只能访问 http:// 或 https:// 的 URL，请以其中之一开头。',
  },
  malformed_scheme: {
    en: 'Exactly two slashes belong behind the scheme: write http://host/path or https://host/path.',
    zh: '协议后必须正好是两个斜杠，请写成 http://host/path 或 https://host/path。',
  },
  https_required: {
    en: 'This service calls https:// URLs only: register the https:// address of the webhook.',
    zh: '本服务只访问 https:// 的 URL，请登记回调的 https:// 地址。',
  },
  userinfo: {
    en: 'The URL must not contain a user name, a password or "@" before its path: remove that part.',
    zh: 'URL 的主机部分不得包含用户名、密码或“@”，请删除。',
  },
  invalid_url_or_host: {
    en: 'The URL has no valid host and port: check the spelling of the domain name.',
    zh: 'URL 中的主机或端口无效，请检查域名拼写。',
  },
  fragment: {
    en: 'A "#" and what follows it never reaches a server: remove it from the URL.',
    zh: '“#”及其后内容不会发送到服务器，请从 URL 中删除。',
  },
  non_canonical_host: {
    en: 'The host is written in an unusual way: write the domain in plain ASCII (the xn-- form for other scripts) without a trailing dot, or the address as four decimal numbers.',
    zh: '主机写法不规范：请使用纯 ASCII 域名（其他文字用 xn-- 形式，末尾不带点），或用四段十进制数字书写地址。',
  },
  bad_port: {
    en: 'Another protocol than HTTP belongs to this port: serve the webhook on a port such as 80, 443, 8080 or 8443.',
    zh: '该端口属于 HTTP 以外的协议，请改用 80、443、8080 或 8443 等端口。',
  },
  reserved_query: {
    en: 'The URL already carries a parameter that the service adds itself (SdkAppId, WebhookCommand, contenttype, ClientIP, OptPlatform, Sign or RequestTime): remove it.',
    zh: 'URL 中已含有由本服务添加的参数（SdkAppId、WebhookCommand、contenttype、ClientIP、OptPlatform、Sign 或 RequestTime），请删除。',
  },
  special_name: {
    en: 'This name is valid inside a machine or a private network only, not on the public network: register a public domain name.',
    zh: '该名称只在本机或内网有效，在公网上无法解析，请登记公网域名。',
  },
}

const openByRule: Sentence = {
  en: 'Register a public address, or let the operator open it (LIVEHOOK_EGRESS_ALLOW).',
  zh: '请登记公网地址，或由运维人员放行（LIVEHOOK_EGRESS_ALLOW）。',
}

const registerPublic: Sentence = { en: 'Register the public address of the webhook.', zh: '请登记回调的公网地址。' }

/**
 * One or two sentences of what was refused and what to do.
 * @param where the host, or the address that it resolved to, as text; shown as it is
 */
export function explainRefusal(reason: EgressReason, where: string): Sentence {
  if (isUrlReason(reason)) return texts[reason]
  if (!isNameReason(reason)) return explainAddress(reason, where)
  switch (reason) {
    case 'mixed_answers':
      return {
        en: `The name resolves to public addresses and to one that is not (${where}): publish only public addresses for it.`,
        zh: `该域名同时解析到公网地址和非公网地址（${where}），请只发布公网地址。`,
      }
    case 'rebind':
      return {
        en: `The name resolved to a public address before and now to ${where}, which is not: check who changes its DNS records.`,
        zh: `该域名之前解析到公网地址，现在解析到非公网地址 ${where}，请检查 DNS 记录被谁修改。`,
      }
    case 'pool_policy':
      return {
        en: `The address ${where} was open when the connection was made and is closed now. ${openByRule.en}`,
        zh: `地址 ${where} 在建立连接时允许访问，现已关闭。${openByRule.zh}`,
      }
    default:
      return assertNever(reason)
  }
}

/** Every reason that there is. */
export function egressReasons(): readonly string[] {
  return [...Object.keys(texts), ...Object.keys(natures), 'mixed_answers', 'rebind', 'pool_policy']
}

function explainAddress(reason: AddressReason, where: string): Sentence {
  const nature = natures[reason]
  const remedy = reason === 'metadata' || reason === 'self_address' ? registerPublic : openByRule
  return {
    en: `${where} is ${nature.en}, not reachable for webhooks. ${remedy.en}`,
    zh: `${where} 是${nature.zh}，不允许作为回调地址访问。${remedy.zh}`,
  }
}

function isNameReason(reason: EgressReason): reason is 'mixed_answers' | 'rebind' | 'pool_policy' {
  return reason === 'mixed_answers' || reason === 'rebind' || reason === 'pool_policy'
}

/** Says whether the text of the URL was refused, rather than the place that it leads to. */
export function isUrlReason(reason: EgressReason): reason is UrlReason {
  return Object.hasOwn(texts, reason)
}
