// What people read when a webhook fails: per detail what happened, then the next thing to try. English and Simplified
// Chinese side by side, so that neither is changed without the other. `{name}` is filled in by advice.ts.

/* oxlint-disable max-lines -- texts, not code: kept in one place so that nothing is said twice or in one language only */

import type { NamedDetail, Symptom } from './details.ts'

/** The same in both languages. */
export interface Bilingual<Text = string> {
  readonly en: Text
  readonly zh: Text
}

export type AdviceText = Bilingual<readonly string[]>

/** The rows of the failure table, word for word: the first sentence of every advice. */
export const symptomSentences: Readonly<Record<Symptom, Bilingual>> = {
  none: { en: 'The webhook was called successfully.', zh: '回调成功。' },
  times_out: { en: 'Access to the webhook URL times out.', zh: '访问回调 URL 超时。' },
  access_denied: { en: 'Access denied by the webhook service.', zh: '回调服务拒绝访问。' },
  https_certificate_error: {
    en: 'HTTPS certificate error of the webhook service.',
    zh: '回调服务 HTTPS 证书错误。',
  },
  https_mutual_authentication_error: { en: 'HTTPS mutual authentication error.', zh: 'HTTPS 双向认证错误。' },
  http_code_not_200: {
    en: 'The HTTP return code of the webhook service is not 200.',
    zh: '回调服务的 HTTP 返回码不是 200。',
  },
  response_not_json: { en: 'The webhook response packet could not be parsed.', zh: '回调应答包无法解析。' },
  ours: {
    en: 'This service could not make the attempt; the webhook is not to blame and nothing is counted against it.',
    zh: '本服务自身未能发起这次请求，与回调服务无关，也不计入其失败次数。',
  },
}

/** Details that have a text. `ok` needs none. */
export type AdvisedDetail = Exclude<NamedDetail, 'ok'>

export const adviceOfDetail: Readonly<Record<AdvisedDetail, AdviceText>> = {
  dns_not_found: {
    en: [
      'The name `{host}` does not exist in the public DNS (NXDOMAIN from {resolver} after {ms} ms).',
      'Check the spelling of the domain and that it is published publicly: `{dig}`.',
    ],
    zh: [
      '公网 DNS 中不存在域名 `{host}`（{resolver} 在 {ms} 毫秒后返回 NXDOMAIN）。',
      '请检查域名拼写以及是否已在公网发布：`{dig}`。',
    ],
  },
  dns_no_address: {
    en: [
      'The name `{host}` exists, but has no address: neither an A nor an AAAA record (answer of {resolver} after {ms} ms).',
      'Publish an A or AAAA record for it: `{dig}`.',
    ],
    zh: [
      '域名 `{host}` 存在，但没有地址：既无 A 记录也无 AAAA 记录（{resolver} 在 {ms} 毫秒后应答）。',
      '请为其添加 A 或 AAAA 记录：`{dig}`。',
    ],
  },
  dns_failure: {
    en: [
      'The name `{host}` cannot be resolved: {resolver} reports a failure ({errorCode}) after {ms} ms.',
      'Ask the name servers of the domain whether they answer: `{digTrace}`. If every name fails, check the DNS setting of this service (LIVEHOOK_DNS).',
    ],
    zh: [
      '域名 `{host}` 无法解析：{resolver} 在 {ms} 毫秒后报告失败（{errorCode}）。',
      '请检查该域名的权威服务器是否应答：`{digTrace}`。若所有域名都失败，请检查本服务的 DNS 设置（LIVEHOOK_DNS）。',
    ],
  },
  dns_timeout: {
    en: [
      'The name `{host}` cannot be resolved: no answer from {resolver} within {ms} ms.',
      'Ask the name servers of the domain whether they answer: `{digTrace}`. If every name fails, check the DNS setting of this service (LIVEHOOK_DNS).',
    ],
    zh: [
      '域名 `{host}` 无法解析：{resolver} 在 {ms} 毫秒内没有应答。',
      '请检查该域名的权威服务器是否应答：`{digTrace}`。若所有域名都失败，请检查本服务的 DNS 设置（LIVEHOOK_DNS）。',
    ],
  },
  dns_too_many: {
    en: [
      'The name `{host}` resolves to more addresses than a webhook may have (64).',
      'Publish fewer A and AAAA records for it: `{dig}`.',
    ],
    zh: ['域名 `{host}` 解析出的地址过多（上限 64 个）。', '请减少其 A 和 AAAA 记录：`{dig}`。'],
  },
  // Nearly always the reason is known, and egress-reasons.ts says more.
  address_not_public: {
    en: [
      'The address of `{host}` is one that this service does not call.',
      'Register a public address, or let the operator open it (LIVEHOOK_EGRESS_ALLOW): `{dig}`.',
    ],
    zh: ['本服务不访问 `{host}` 的地址。', '请登记公网地址，或由运维人员放行（LIVEHOOK_EGRESS_ALLOW）：`{dig}`。'],
  },
  connect_timeout: {
    en: [
      'The address {dialled} gave no answer at all within {ms} ms: a firewall drops the packets, or nothing is there.',
      'Open port {port} for the addresses of this service, in the firewall and in the security group, then try from this machine: `{curl}`.',
    ],
    zh: [
      '地址 {dialled} 在 {ms} 毫秒内毫无应答：可能被防火墙丢弃，或该地址上没有主机。',
      '请在防火墙和安全组中向本服务的地址开放 {port} 端口，然后在本机尝试：`{curl}`。',
    ],
  },
  host_unreachable: {
    en: [
      'The address {dialled} cannot be reached from here ({errorCode} after {ms} ms): no route leads to it, or its host is down.',
      'Check that `{host}` has the right public address and that its host runs: `{dig}`, then `{curl}`.',
    ],
    zh: [
      '从本机无法到达地址 {dialled}（{ms} 毫秒后 {errorCode}）：没有路由，或主机已关闭。',
      '请检查 `{host}` 的公网地址是否正确、主机是否运行：`{dig}`，然后 `{curl}`。',
    ],
  },
  local_route_error: {
    en: [
      'This machine has no way to send to {dialled} ({errorCode}).',
      'Check the routes and the address families of the machine on which this service runs: `{ipRoute}`.',
    ],
    zh: ['本机无法向 {dialled} 发送数据（{errorCode}）。', '请检查本服务所在机器的路由和地址族：`{ipRoute}`。'],
  },
  tls_timeout: {
    en: [
      'The connection to {dialled} stands, but its TLS handshake did not end within {ms} ms.',
      'Check that the web server speaks HTTPS on port {port} and is not overloaded: `{openssl}`.',
    ],
    zh: [
      '与 {dialled} 的连接已建立，但 TLS 握手在 {ms} 毫秒内未完成。',
      '请检查 Web 服务器是否在 {port} 端口提供 HTTPS、是否过载：`{openssl}`。',
    ],
  },
  request_write_timeout: {
    en: [
      'The connection to {dialled} stands, but the receiver did not take the whole request within {ms} ms.',
      'Let the receiver read the body before it does anything else, and check whether it hangs: `{curl}`.',
    ],
    zh: [
      '与 {dialled} 的连接已建立，但接收方在 {ms} 毫秒内没有读完请求。',
      '请让接收方先读取请求体，并检查其是否卡住：`{curl}`。',
    ],
  },
  response_timeout: {
    en: [
      'The request arrived at {dialled}, but its answer was not complete when the time was up ({total} ms in all).',
      'Answer first and do the work afterwards, and check how long the receiver takes: `{curl}`.',
    ],
    zh: [
      '请求已到达 {dialled}，但限时（共 {total} 毫秒）内应答不完整。',
      '请先应答、后处理业务，并检查接收方耗时：`{curl}`。',
    ],
  },
  body_timeout: {
    en: [
      'The answer of {dialled} began, but its body was not complete when the time was up ({total} ms in all).',
      'Send the whole answer at once with its Content-Length, and check how long the receiver takes: `{curl}`.',
    ],
    zh: [
      '{dialled} 的应答已开始，但限时（共 {total} 毫秒）内应答体不完整。',
      '请一次性发送完整应答并带上 Content-Length，然后检查接收方耗时：`{curl}`。',
    ],
  },
  connection_refused: {
    en: [
      'The host {address} is there, but nothing listens on port {port} ({errorCode} after {ms} ms).',
      'Start the web server, check that it listens on port {port} of the public address and not on 127.0.0.1 only: `{ss}` on that host, then `{curl}`.',
    ],
    zh: [
      '主机 {address} 存在，但 {port} 端口没有服务监听（{ms} 毫秒后 {errorCode}）。',
      '请启动 Web 服务器，并确认其监听公网地址的 {port} 端口而非仅 127.0.0.1：在该主机上执行 `{ss}`，然后 `{curl}`。',
    ],
  },
  administratively_prohibited: {
    en: [
      'A rule on the way forbids connections to {dialled} ({errorCode}).',
      'Allow them in the firewall of the machine on which this service runs: `{ipRoute}`.',
    ],
    zh: ['网络规则禁止连接 {dialled}（{errorCode}）。', '请在本服务所在机器的防火墙中放行：`{ipRoute}`。'],
  },
  reset_before_response: {
    en: [
      'The connection to {dialled} was reset before an answer came ({ms} ms after the last step).',
      'Look for a crash or a limit in the log of the receiver at that time, and for a firewall that closes connections: `{curl}`.',
    ],
    zh: [
      '与 {dialled} 的连接在应答之前被重置（最后一步之后 {ms} 毫秒）。',
      '请查看接收方当时的日志是否有崩溃或限流，以及防火墙是否断开连接：`{curl}`。',
    ],
  },
  closed_before_response: {
    en: [
      'The connection to {dialled} was closed before an answer came ({ms} ms after the last step).',
      'Let the receiver send an answer before it closes the connection; look for a crash in its log at that time: `{curl}`.',
    ],
    zh: [
      '与 {dialled} 的连接在应答之前被关闭（最后一步之后 {ms} 毫秒）。',
      '请让接收方先发送应答再关闭连接，并查看其当时的日志：`{curl}`。',
    ],
  },
  tls_not_tls: {
    en: [
      'Port {port} of `{host}` does not speak HTTPS: the first bytes of its answer are no TLS.',
      'Register the http:// URL, or the port on which the web server speaks HTTPS: `{openssl}`.',
    ],
    zh: [
      '`{host}` 的 {port} 端口不是 HTTPS：应答的首字节不是 TLS。',
      '请登记 http:// 的 URL，或 Web 服务器提供 HTTPS 的端口：`{openssl}`。',
    ],
  },
  tls_version: {
    en: [
      '`{host}` and this service have no TLS version and cipher in common ({errorCode}).',
      'Switch on TLS 1.2 or 1.3 in the web server: `{openssl} -tls1_2`.',
    ],
    zh: [
      '`{host}` 与本服务没有共同的 TLS 版本或加密套件（{errorCode}）。',
      '请在 Web 服务器上启用 TLS 1.2 或 1.3：`{openssl} -tls1_2`。',
    ],
  },
  tls_reset: {
    en: [
      '`{host}` broke off the TLS handshake on port {port} ({errorCode} after {ms} ms).',
      'Check that the web server has a certificate for this name and look into its error log: `{openssl}`.',
    ],
    zh: [
      '`{host}` 在 {port} 端口中断了 TLS 握手（{ms} 毫秒后 {errorCode}）。',
      '请检查 Web 服务器是否配置了该域名的证书，并查看其错误日志：`{openssl}`。',
    ],
  },
  tls_unrecognized_name: {
    en: [
      'The web server at {dialled} does not know the name `{host}` (TLS alert unrecognized_name).',
      'Add the name and its certificate to the configuration of the web server: `{openssl}`.',
    ],
    zh: [
      '{dialled} 的 Web 服务器不认识域名 `{host}`（TLS 警报 unrecognized_name）。',
      '请在 Web 服务器配置中添加该域名及其证书：`{openssl}`。',
    ],
  },
  tls_expired: {
    en: [
      'The certificate of `{host}` expired on {notAfter}.',
      'Renew it and reload the web server; see its dates: `{opensslDates}`.',
    ],
    zh: ['`{host}` 的证书已于 {notAfter} 过期。', '请续期并重新加载 Web 服务器，查看有效期：`{opensslDates}`。'],
  },
  tls_not_yet_valid: {
    en: [
      'The certificate of `{host}` is valid only from {notBefore} on.',
      'Check the clock of the machine that issued it, or wait; see its dates: `{opensslDates}`.',
    ],
    zh: ['`{host}` 的证书自 {notBefore} 起才有效。', '请检查签发机器的时钟或等待生效，查看有效期：`{opensslDates}`。'],
  },
  tls_name_mismatch: {
    en: [
      'The certificate that {dialled} shows is for {names}, not for `{host}`.',
      'Install a certificate for `{host}`, or register the URL with a name of the certificate: `{openssl}`.',
    ],
    zh: [
      '{dialled} 出示的证书属于 {names}，而不是 `{host}`。',
      '请安装 `{host}` 的证书，或使用证书中的域名登记 URL：`{openssl}`。',
    ],
  },
  tls_untrusted: {
    en: [
      'The certificate of `{host}` was issued by {issuer}, which is no public authority known here (self-signed, or an authority of your own).',
      'Install a certificate of a public authority, name yours in the webhook (`tls.ca`), or let the operator trust it (NODE_EXTRA_CA_CERTS): `{openssl}`.',
    ],
    zh: [
      '`{host}` 的证书由 {issuer} 签发，不是本服务信任的公共机构（自签名或自建机构）。',
      '请安装公共机构签发的证书，或在 Webhook 中指定您的机构（`tls.ca`），或由运维人员信任该机构（NODE_EXTRA_CA_CERTS）：`{openssl}`。',
    ],
  },
  tls_incomplete_chain: {
    en: [
      'The web server sends the certificate of `{host}` without its intermediate certificate (issuer: {issuer}). Browsers repair that silently, other programs do not.',
      'Put the whole chain (often fullchain.pem) into the configuration of the web server: `{opensslChain}`.',
    ],
    zh: [
      'Web 服务器只发送了 `{host}` 的证书，缺少中间证书（签发者：{issuer}）。浏览器会自动补全，其他程序不会。',
      '请在 Web 服务器中配置完整证书链（通常为 fullchain.pem）：`{opensslChain}`。',
    ],
  },
  tls_weak_key: {
    en: [
      'The key or the signature of the certificate of `{host}` is too weak ({errorCode}).',
      'Issue a new certificate with RSA 2048 or more, or ECDSA P-256, signed with SHA-256: `{openssl}`.',
    ],
    zh: [
      '`{host}` 的证书密钥或签名强度不足（{errorCode}）。',
      '请重新签发证书：RSA 2048 位以上或 ECDSA P-256，使用 SHA-256 签名：`{openssl}`。',
    ],
  },
  tls_too_large: {
    en: [
      'The certificate chain that `{host}` sends is larger than a TLS client takes (100 KiB).',
      'Send only the certificate and its intermediates, without the root and without others: `{opensslChain}`.',
    ],
    zh: [
      '`{host}` 发送的证书链过大（上限 100 KiB）。',
      '请只发送服务器证书和中间证书，不要包含根证书及其他证书：`{opensslChain}`。',
    ],
  },
  tls_client_cert: {
    en: [
      '`{host}` asks for a client certificate and got none that it accepts ({errorCode}).',
      'Give the webhook a certificate that it accepts (`tls.certificate` and `tls.privateKey`), or switch off the check of client certificates for this path and check the Sign of the requests instead: `{openssl}`.',
    ],
    zh: [
      '`{host}` 要求客户端证书，但没有收到它所接受的证书（{errorCode}）。',
      '请为该 Webhook 配置它所接受的证书（`tls.certificate` 与 `tls.privateKey`），或为该路径关闭客户端证书校验，改为校验请求的 Sign：`{openssl}`。',
    ],
  },
  clock_skew: {
    en: [
      'The webhook service answered 401, and by its Date header its clock is {clock} the clock of this service: Sign is valid for 60 seconds only.',
      'Let both machines set their clocks by NTP, and compare them: `date -u` here and there, or `{curlHead}`.',
    ],
    zh: [
      '回调服务返回 401，且其 Date 应答头显示它的时钟比本服务{clock}，而 Sign 的有效期只有 60 秒。',
      '请让两台机器都通过 NTP 校时，并比较两边的时间：分别执行 `date -u`，或 `{curlHead}`。',
    ],
  },
  malformed_http: {
    en: [
      'What {dialled} answered is not valid HTTP/1.1: something else listens on that port, or a proxy garbles the answer.',
      'Look at the raw answer: `{curlRaw}`.',
    ],
    zh: [
      '{dialled} 的应答不是合法的 HTTP/1.1：该端口可能运行其他服务，或代理破坏了应答。',
      '请查看原始应答：`{curlRaw}`。',
    ],
  },
  headers_too_large: {
    en: [
      'The headers of the answer are larger than 16 KiB.',
      'Look which ones they are, often cookies, and leave them out of the answers to webhooks: `{curl}`.',
    ],
    zh: ['应答头超过 16 KiB。', '请查看是哪些应答头（常见为 Cookie），并在回调应答中去掉：`{curl}`。'],
  },
  empty_body: {
    en: ['The answer has status 200 but no body.', 'Answer with the packet {packet}: `{curl}`.'],
    zh: ['应答状态为 200，但没有应答体。', '请返回应答包 {packet}：`{curl}`。'],
  },
  html: {
    en: [
      'The answer is a web page, not JSON: a login wall, a maintenance page, or the start page of the web server.',
      'Check that the path of the URL leads to the webhook handler and needs no login: `{curl}`.',
    ],
    zh: [
      '应答是网页而不是 JSON：可能是登录页、维护页或 Web 服务器默认页。',
      '请检查 URL 路径是否指向回调处理程序且无需登录：`{curl}`。',
    ],
  },
  invalid_json: {
    en: [
      'The answer is not JSON: byte {offset} is {found}.',
      'Answer with the packet {packet} and nothing before or after it: `{curl}`.',
    ],
    zh: ['应答不是 JSON：第 {offset} 字节处是 {found}。', '请只返回应答包 {packet}，前后不要有其他内容：`{curl}`。'],
  },
  invalid_utf8: {
    en: [
      'The answer is not in UTF-8: byte {offset} is {found}, as in GBK or ISO-8859-1 text.',
      'Encode the answer in UTF-8: `{curlHex}`.',
    ],
    zh: [
      '应答不是 UTF-8 编码：第 {offset} 字节处是 {found}，可能是 GBK 或 ISO-8859-1。',
      '请使用 UTF-8 编码应答：`{curlHex}`。',
    ],
  },
  content_encoding: {
    en: [
      'The answer is compressed, although the request asks for `accept-encoding: identity`; compressed answers are never unpacked.',
      'Switch off compression for this path in the web server or proxy: `{curl}`.',
    ],
    zh: [
      '应答被压缩，但请求已声明 `accept-encoding: identity`；本服务从不解压。',
      '请在 Web 服务器或代理上为该路径关闭压缩：`{curl}`。',
    ],
  },
  body_truncated: {
    en: [
      'The answer of {dialled} ended before its announced end, after {bodyBytes} bytes of body.',
      'Check the Content-Length of the answer, and look for a crash or a proxy that cuts connections: `{curl}`.',
    ],
    zh: [
      '{dialled} 的应答未按声明的长度结束，只收到 {bodyBytes} 字节应答体。',
      '请检查应答的 Content-Length，以及接收方是否崩溃、代理是否切断连接：`{curl}`。',
    ],
  },
  response_too_large: {
    en: ['The body of the answer is larger than 64 KiB.', 'Answer with the packet {packet} alone: `{curl}`.'],
    zh: ['应答体超过 64 KiB。', '请只返回应答包 {packet}：`{curl}`。'],
  },
  no_error_code: {
    en: [
      'The answer is JSON without an integer ErrorCode, so it decides nothing and the failure policy of the webhook applies.',
      'Answer a before command with a packet such as {packet}: `{curl}`.',
    ],
    zh: [
      '应答是 JSON，但缺少整数 ErrorCode，无法作出决定，因此按回调的失败策略处理。',
      '请对需要裁决的 before 类回调返回类似 {packet} 的应答包：`{curl}`。',
    ],
  },
  overloaded: {
    en: [
      'This machine ran out of connections or memory ({errorCode}). The attempt will be made again.',
      'Raise the limit of open files of this service: `ulimit -n`.',
    ],
    zh: ['本机的连接数或内存已耗尽（{errorCode}），稍后会重新尝试。', '请提高本服务的打开文件数上限：`ulimit -n`。'],
  },
  shutting_down: {
    en: ['The service was being stopped. The attempt will be made again after the start.'],
    zh: ['本服务正在停止，启动后会重新尝试。'],
  },
  proxy_failed: {
    en: [
      'The proxy {proxy}, through which this service calls webhooks, failed ({errorCode}) when it was asked for {dialled}.',
      'Check LIVEHOOK_EGRESS_PROXY: does the proxy run, does it take these credentials, does it allow CONNECT to that port? `{curlProxy}`.',
    ],
    zh: [
      '本服务访问回调所用的代理 {proxy} 在请求 {dialled} 时失败（{errorCode}）。',
      '请检查 LIVEHOOK_EGRESS_PROXY：代理是否运行、凭据是否正确、是否允许 CONNECT 到该端口：`{curlProxy}`。',
    ],
  },
  internal: {
    en: ['Something went wrong inside the service: {note}.', 'Look for it in the log of the service and report it.'],
    zh: ['服务内部出错：{note}。', '请查看服务日志并反馈。'],
  },
}

export interface StatusAdvice {
  /** The first line whose range holds the status is taken. */
  readonly from: number
  readonly to: number
  readonly text: AdviceText
}

export const adviceOfStatus: readonly StatusAdvice[] = [
  {
    from: 101,
    to: 101,
    text: {
      en: [
        'The webhook service answered 101 and wants to speak another protocol.',
        'Answer the POST with 200 and JSON: `{curl}`.',
      ],
      zh: ['回调服务返回 101，要求切换协议。', '请用 200 和 JSON 应答 POST 请求：`{curl}`。'],
    },
  },
  {
    from: 200,
    to: 299,
    text: {
      en: [
        'The webhook service answered {status}. Only 200 is a success.',
        'Answer with status 200 and the packet {packet}: `{curl}`.',
      ],
      zh: ['回调服务返回 {status}，只有 200 表示成功。', '请返回状态码 200 和应答包 {packet}：`{curl}`。'],
    },
  },
  {
    from: 300,
    to: 399,
    text: {
      en: [
        'The webhook service answered {status} and points to {location}. Redirects are never followed.',
        'Register the final URL instead: `{curlHead}` shows where it leads.',
      ],
      zh: [
        '回调服务返回 {status}，重定向到 {location}。本服务不跟随重定向。',
        '请直接登记最终的 URL：`{curlHead}` 可查看重定向目标。',
      ],
    },
  },
  {
    from: 401,
    to: 403,
    text: {
      en: [
        'The webhook service answered {status}: it refuses the caller.',
        'Check that the receiver has the same token, that its clock is right (Sign is valid for 60 seconds), and that no login or firewall rule stands before the path: `{curl}`.',
      ],
      zh: [
        '回调服务返回 {status}：拒绝了请求方。',
        '请检查接收方的 Token 是否一致、时钟是否准确（Sign 有效期 60 秒），以及路径前是否有登录或防火墙规则：`{curl}`。',
      ],
    },
  },
  {
    from: 404,
    to: 405,
    text: {
      en: [
        'The webhook service answered {status}: there is no handler for a POST to this path.',
        'Check the path of the URL and that the handler takes POST: `{curl}`.',
      ],
      zh: [
        '回调服务返回 {status}：该路径没有处理 POST 的程序。',
        '请检查 URL 路径以及处理程序是否接受 POST：`{curl}`。',
      ],
    },
  },
  {
    from: 410,
    to: 410,
    text: {
      en: [
        'The webhook service answered 410: this address is gone for good, so nothing is retried.',
        'Register the new URL, or delete the webhook: `{curl}`.',
      ],
      zh: ['回调服务返回 410：该地址已永久停用，因此不再重试。', '请登记新的 URL 或删除该回调：`{curl}`。'],
    },
  },
  {
    from: 413,
    to: 414,
    text: {
      en: [
        'The webhook service answered {status}: the request is larger than it takes.',
        'Allow bodies of 256 KiB and URLs of 4 KiB in the web server (nginx: client_max_body_size, large_client_header_buffers): `{curl}`.',
      ],
      zh: [
        '回调服务返回 {status}：请求超出其大小限制。',
        '请在 Web 服务器上允许 256 KiB 的请求体和 4 KiB 的 URL（nginx：client_max_body_size、large_client_header_buffers）：`{curl}`。',
      ],
    },
  },
  {
    from: 429,
    to: 429,
    text: {
      en: [
        'The webhook service answered 429: it wants fewer requests.',
        'Raise the limit for webhooks in the receiver, or lower the number of attempts in flight of this webhook: `{curl}`.',
      ],
      zh: ['回调服务返回 429：请求过多。', '请提高接收方对回调的限流上限，或减少该回调的并发请求数：`{curl}`。'],
    },
  },
  {
    from: 502,
    to: 504,
    text: {
      en: [
        'The webhook service answered {status}: a proxy in front of the receiver is there, the receiver behind it is not, or is too slow.',
        'Start the receiver behind the proxy and look into the log of the proxy: `{curl}`.',
      ],
      zh: [
        '回调服务返回 {status}：代理可达，但其后的接收方不可用或过慢。',
        '请启动代理后的接收方，并查看代理日志：`{curl}`。',
      ],
    },
  },
  {
    from: 500,
    to: 599,
    text: {
      en: [
        'The webhook service answered {status}: the receiver failed while it handled the request.',
        'Look for the error in the log of the receiver at that time: `{curl}`.',
      ],
      zh: ['回调服务返回 {status}：接收方处理请求时出错。', '请查看接收方当时的错误日志：`{curl}`。'],
    },
  },
  {
    from: 0,
    to: 999,
    text: {
      en: ['The webhook service answered {status}.', 'Answer with status 200 and the packet {packet}: `{curl}`.'],
      zh: ['回调服务返回 {status}。', '请返回状态码 200 和应答包 {packet}：`{curl}`。'],
    },
  },
]
