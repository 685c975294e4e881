// 命令面板。

import type { Text } from '../en.ts'
import type { palette as english } from '../en/palette.ts'

export const palette: Text<typeof english> = {
  title: '前往或执行',
  placeholder: '页面、应用、回调、命令、id 或操作',
  none: '没有匹配的内容。id 需完整输入：dlv_…、evt_…、wh_…、dec_…。',
  group: {
    id: '按 id',
    room: '页面',
    action: '操作',
    webhook: '回调',
    app: '应用',
    command: '命令',
  },
  goTo: {
    delivery: '打开投递',
    event: '此事件的投递',
    webhook: '打开回调',
    decision: '打开决定',
    entry: '打开审计日志条目',
  },
  whatFails: '显示已放弃的投递',
  newWebhook: '登记回调',
  redeliverDead: '重新投递所有已放弃的投递',
  newKey: '创建密钥',
  light: '配色：浅色',
  dark: '配色：深色',
  system: '配色：跟随系统',
  speak: '语言：{{name}}',
  help: '显示按键',
}
