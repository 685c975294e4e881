// 控制台外观与服务信息。

import type { Text } from '../en.ts'
import type { settings as english } from '../en/settings.ts'

export const settings: Text<typeof english> = {
  title: '设置',
  looks: '此浏览器',
  zone: '时区',
  session: '当前登录',
  key: '密钥',
  role: '角色',
  roleWord: { admin: '管理员', operator: '操作员', ingest: '写入', read: '只读' },
  expires: '有效至',
  keys: '密钥',
  toKeys: '创建和吊销密钥',
  name: '名称',
  created: '创建时间',
  appName: '应用名称',
  rename: '重命名',
  deleteFact: '删除',
  deleteAsk: '删除此应用…',
  deleteTitle: '删除此应用？',
  deleteText: '其密钥将被吊销。仍有回调的应用不会被删除：请先删除回调。事件保留到清理为止。',
  deleteConfirm: '永久删除',
  deleteKeep: '保留',
  service: '服务',
  version: '版本',
  retention: '事件和投递的保留时间',
  auditKept: '审计日志的保留时间',
  forGood: '永久',
  days_one: '{{count}} 天',
  days_other: '{{count}} 天',
  contract: 'HTTP API',
  docs: '参考文档',
}
