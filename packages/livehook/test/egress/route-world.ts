// Runs in a network namespace: addresses behind routes that drop, refuse and prohibit, and what is concluded of them.

import { parseEgressPolicy } from '../../src/domain/egress/policy.ts'
import type { Outcome } from '../../src/domain/diagnosis/outcome.ts'
import { createEgress } from '../../src/egress/egress.ts'
import { ip } from './namespace.ts'

ip('link set lo up')
ip('link add near type veth peer name far')
ip('addr add 10.9.1.1/24 dev near')
ip('link set near up')
ip('link set far up')
// Someone is known to be there, and never answers: as behind a firewall that drops.
ip('neigh add 10.9.1.2 lladdr 02:00:00:00:00:02 dev near nud permanent')
ip('route add unreachable 10.9.2.0/24')
ip('route add prohibit 10.9.3.0/24')
ip('route add blackhole 10.9.4.0/24')

const egress = createEgress({
  policy: parseEgressPolicy({ allow: ['10.9.0.0/16'] }),
  dnsServers: ['127.0.0.1'],
  now: Date.now,
})

const hosts = {
  route_drop: '10.9.1.2',
  route_unreachable: '10.9.2.1',
  route_prohibit: '10.9.3.1',
  route_blackhole: '10.9.4.1',
}

const outcomes = await Promise.all(
  Object.entries(hosts).map(async ([route, host]): Promise<[string, Outcome]> => {
    const outcome = await egress.exchange({
      url: `http://${host}:8080/hook`,
      pool: route,
      body: Buffer.from('{}'),
      timeoutMs: 1200,
      prepare: () => ({ target: '/hook', maskedTarget: '/hook', headers: {} }),
    })
    return [route, outcome]
  }),
)
await egress.close()
process.stdout.write(JSON.stringify(Object.fromEntries(outcomes)))
