// API 密钥。

import type { Text } from '../en.ts'
import type { keys as english } from '../en/keys.ts'

export const keys: Text<typeof english> = {
  title: '密钥',
  notAllowed: '创建和吊销密钥需要管理员密钥。请用管理员密钥登录。',
  new: '新建密钥',
  name: '名称',
  nameHint: '由谁或什么使用：“结算后端”、“小安”。',
  needsName: '请填写名称，以便日后知道它属于谁。',
  role: '角色',
  roleWord: { admin: '管理员', operator: '操作员', ingest: '写入', read: '只读' },
  roleHint: {
    admin: '可在所有应用中执行一切操作；可创建和吊销密钥。',
    operator: '可对一个应用执行一切操作：回调、Token、重新投递。',
    ingest: '供发送方使用：提交一个应用的事件和询问，看不到任何内容。',
    read: '可查看保留的内容（不含机密），不能更改。',
  },
  app: '应用',
  allApps: '所有应用',
  make: '创建密钥',
  cancel: '取消',
  made: '新密钥',
  onlyNow: '仅显示这一次，之后只保存哈希值：请立即复制。',
  copy: '复制密钥',
  done: '我已保存',
  prefix: '开头',
  created: '创建时间',
  lastUsed: '最近使用',
  never: '从未',
  what: '吊销',
  yours: '你',
  environment: '来自 LIVEHOOK_ADMIN_KEY',
  bySetting: '随设置一同失效',
  revoke: '吊销',
  revokeNamed: '吊销 {{name}}',
  sure: '使用它的一切将立即停止工作。',
  sureOwn: '这是你自己的密钥：你将立即退出登录。',
  revokeNow: '立即吊销',
  keep: '保留',
  rolesHint: '一个应用的密钥看不到其他应用的任何内容。用密钥做过的事记录在审计日志中。',
}
