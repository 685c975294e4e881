// 批量重新投递。

import type { Text } from '../en.ts'
import type { redeliveries as english } from '../en/redeliveries.ts'

export const redeliveries: Text<typeof english> = {
  title: '批量重新投递',
  close: '关闭',
  lead: '所有符合筛选条件的投递都会再发送一次，最早的在前，webhook-id 不变，并重新获得全部重试。新事件优先。',
  what: '范围',
  filter_dead: '已放弃的投递',
  filter_succeeded: '成功的投递',
  filterRest: '且符合：{{filter}}',
  notByState: '只有已放弃和成功的投递可以重新投递。请选择“已放弃”或“成功”，或清除状态筛选。',
  notById: '单个事件或投递请在其详情中重新投递。请从筛选中移除该 id。',
  counting: '正在计数…',
  count_one: '{{count}} 条投递',
  count_other: '{{count}} 条投递',
  atLeast: '至少 {{many}} 条投递',
  none: '没有符合条件的投递，无需重新投递。',
  rate: '每秒最多',
  rateHint: '刚恢复的接收方更适合缓慢开始。留空表示尽可能快。',
  rateWrong: '请输入 1 到 100,000 之间的整数，或留空。',
  start: '重新投递 {{count}} 条',
  jobs: '批量任务',
  noJobs: '尚无任务。',
  state_running: '进行中',
  state_paused: '已暂停',
  state_done: '已完成',
  state_cancelled: '已取消',
  progress: '已重新投递 {{done}} / {{total}}',
  skipped: '跳过 {{count}} 条：状态已变化、回调已删除或正文不再保留',
  perSecond: '每秒 {{rate}} 条',
  fast: '尽可能快',
  pause: '暂停',
  resume: '继续',
  cancel: '取消',
  progressOf: '{{job}} 的进度',
}
