import type { Text } from '../en.ts'
import type { firstRun as english } from '../en/first-run.ts'

export const firstRun: Text<typeof english> = {
  app: {
    made: '应用已创建',
    newTitle: '新建应用',
    what: '应用拥有回调和事件。',
    needsAdmin: '持有管理员密钥的人可以创建应用。',
    demoTitle: '先看一看',
    demo: '创建一个应用和一个回调：已签名、订阅所有事件，指向服务内置的接收方。不会有任何数据离开本机。',
    demoButton: '创建演示应用',
    ownTitle: '或从自己的应用开始',
    name: '应用名称',
    create: '创建应用',
    terminalTitle: '或使用终端',
    appears: '应用创建后会立即显示在这里。',
  },
  created: {
    title: '应用已创建',
    secretKey: '应用的密钥，只在此刻显示一次。仅平台的配置接口（/v4/…）需要它；丢失后可以更换。',
    copy: '复制密钥',
  },
  webhook: { register: '登记回调' },
  event: {
    send: '发送第一个事件',
    sent: '已发送。',
    nobody: '此应用没有启用且订阅了事件的回调，请先为其选择命令。',
  },
}
