import { describe, expect, it } from 'vitest'
import {
  CustomCommandError,
  lookUpCommand,
  naturalKeys,
  parseCustomCommand,
  readEvent,
  readVerdict,
  suggestCommands,
} from '../../src/catalogue.ts'
import { utf8 } from '../both-entries.ts'

const order = {
  command: 'Shop.CallbackBeforeOrder',
  phase: 'before',
  trigger: 'someone is about to order',
  schema: { type: 'object', required: ['OrderId'], properties: { OrderId: { type: 'string' } } },
  sample: { OrderId: '7' },
  carries: { optPlatform: false },
  order: { scope: 'user', by: ['Buyer.Id'] },
  identity: ['OrderId', 'Shop?'],
  reply: {
    codes: [
      { codes: '0', verdict: 'allow' },
      { codes: '1', verdict: 'deny', clientSees: 10016 },
      { codes: '2', verdict: 'drop' },
      { codes: '500..599', verdict: 'deny' },
    ],
    otherCodes: 'none',
    silence: 'deny',
    replaces: ['Items'],
  },
}

/** Where the faults of a description lie. */
function faultsOf(value: unknown): readonly string[] {
  try {
    parseCustomCommand(value)
    return []
  } catch (error) {
    if (!(error instanceof CustomCommandError)) throw error
    return error.faults.map(({ pointer }) => pointer)
  }
}

describe('a custom command', () => {
  it('is described whole, and answers to it are read by its own rules', () => {
    const command = parseCustomCommand(order)
    expect(command).toMatchObject({ kind: 'custom', family: 'Shop', carries: { clientIp: true, optPlatform: false } })
    const read = (text: string) => readVerdict(command, utf8(text))
    expect(read('{"ErrorCode":0,"Items":[1]}')).toMatchObject({ verdict: 'allow', replace: [{ member: 'Items' }] })
    expect(read('{"ErrorCode":1}')).toMatchObject({ verdict: 'deny', errorCode: 10016 })
    expect(read('{"ErrorCode":2}')).toMatchObject({ verdict: 'drop' })
    expect(read('{"ErrorCode":599,"ErrorInfo":"sold out"}')).toMatchObject({ errorCode: 599, errorInfo: 'sold out' })
    expect(read('{"ErrorCode":600}')).toMatchObject({ kind: 'no_verdict' })
  })

  it('names the members that give its events their order and tell them apart', () => {
    const command = parseCustomCommand(order)
    expect(naturalKeys(command, { OrderId: 'o 7', Buyer: { Id: 12 } })).toEqual({
      order: 'user:12',
      identity: 'Shop.CallbackBeforeOrder:o%207/',
    })
  })

  it('needs no more than word and phase: 0 allows, every other code denies', () => {
    const command = parseCustomCommand({ command: 'Shop.BeforeOrder', phase: 'before' })
    expect(readVerdict(command, utf8('{"ErrorCode":0}'))).toMatchObject({ verdict: 'allow' })
    expect(readVerdict(command, utf8('{"ErrorCode":7}'))).toMatchObject({ verdict: 'deny', errorCode: 7 })
    expect(parseCustomCommand({ command: 'Shop.AfterOrder', phase: 'after' })).not.toHaveProperty('reply')
  })

  it('is looked up beside the catalogue, suggested, and its events are read', () => {
    const customs = [parseCustomCommand(order)]
    expect(lookUpCommand('Shop.CallbackBeforeOrder', customs)).toBe(customs[0])
    expect(lookUpCommand('State.StateChange', customs)).toMatchObject({ family: 'State' })
    expect(lookUpCommand('Shop.Nothing', customs)).toBeUndefined()
    expect(suggestCommands('shop.beforeorder', 3, customs)).toEqual(['Shop.CallbackBeforeOrder'])
    expect(suggestCommands('shop.beforeorder')).toEqual([])
    expect(readEvent('Shop.CallbackBeforeOrder', utf8('{"Id":12345678901234567890}'), customs)).toMatchObject({
      kind: 'custom',
      custom: customs[0],
      body: { Id: '12345678901234567890' },
    })
  })

  it.each([
    [null, ['']],
    [[], ['']],
    [{}, ['/command', '/phase']],
    [{ ...order, extra: 1 }, ['/extra']],
    [{ ...order, command: 'Order' }, ['/command']],
    [{ ...order, command: 'Live.MyOwn' }, ['/command']],
    [{ ...order, command: 'live.MyOwn' }, ['/command']],
    [{ ...order, command: 'roup.MyOwn' }, ['/command']],
    [{ ...order, order: 'OrderId' }, ['/order']],
    [{ ...order, order: { scope: 'shop', by: [] } }, ['/order/scope', '/order/by']],
    [{ ...order, order: { scope: 'user', by: ['Id'], key: 1 } }, ['/order/key']],
    [{ ...order, identity: 'OrderId' }, ['/identity']],
    [{ ...order, identity: ['Order Id', 7, 'a.?'] }, ['/identity/0', '/identity/1', '/identity/2']],
    [{ ...order, phase: 'during' }, ['/phase']],
    [{ ...order, phase: 'after' }, ['/reply']],
    [{ ...order, trigger: 7 }, ['/trigger']],
    [{ ...order, schema: [] }, ['/schema']],
    [{ ...order, schema: { type: 'array' } }, ['/schema/type']],
    [{ ...order, schema: { description: 'x'.repeat(65_536) } }, ['/schema']],
    [{ ...order, sample: 'x' }, ['/sample']],
    [{ ...order, carries: { sign: false } }, ['/carries/sign']],
    [{ ...order, carries: { clientIp: 'no' } }, ['/carries/clientIp']],
    [{ ...order, carries: true }, ['/carries']],
    [{ ...order, reply: [] }, ['/reply']],
    [{ ...order, reply: {} }, ['/reply/codes']],
    [{ ...order, reply: { ...order.reply, codes: [] } }, ['/reply/codes']],
    [{ ...order, reply: { ...order.reply, codes: [{ codes: '1', verdict: 'deny' }] } }, ['/reply/codes']],
    [
      { ...order, reply: { ...order.reply, codes: [...order.reply.codes, { codes: '510', verdict: 'drop' }] } },
      ['/reply/codes'],
    ],
    [
      { ...order, reply: { ...order.reply, codes: [...order.reply.codes, { codes: '9..8', verdict: 'drop' }] } },
      ['/reply/codes/4/codes'],
    ],
    [
      { ...order, reply: { ...order.reply, codes: [...order.reply.codes, { codes: -1, verdict: 'drop' }] } },
      ['/reply/codes/4/codes'],
    ],
    [
      { ...order, reply: { ...order.reply, codes: [...order.reply.codes, { codes: '9', verdict: 'maybe' }] } },
      ['/reply/codes/4/verdict'],
    ],
    [
      {
        ...order,
        reply: { ...order.reply, codes: [...order.reply.codes, { codes: '9', verdict: 'deny', clientSees: 0 }] },
      },
      ['/reply/codes/4/clientSees'],
    ],
    [{ ...order, reply: { ...order.reply, otherCodes: 'allow' } }, ['/reply/otherCodes']],
    [{ ...order, reply: { ...order.reply, silence: 'drop' } }, ['/reply/silence']],
    [{ ...order, reply: { ...order.reply, replaces: 'Items' } }, ['/reply/replaces']],
    [
      { ...order, reply: { ...order.reply, replaces: ['ErrorCode', '', '__proto__'] } },
      ['/reply/replaces/0', '/reply/replaces/1', '/reply/replaces/2'],
    ],
    [{ ...order, reply: { ...order.reply, timeoutMs: 1 } }, ['/reply/timeoutMs']],
  ])('is refused with all its faults: %#', (value, pointers) => {
    expect(faultsOf(value)).toEqual(pointers)
  })
})
