import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { announceHub, findHubs } from '.'
import { canMulticast } from './multicast.test-parts'

const addresses = ['127.0.0.1']
const hub = 'ab'.repeat(16)

test('a hub is found by itself, as the hub of its own practice; when it goes, it is no longer found', async ({ skip }) => {
  if (!(await canMulticast('127.0.0.1'))) skip('no multicast here')
  const stop = announceHub({ hub, name: 'Hill Clinic', port: 6984, practice: '01LANTESTPRACTICE000000000' }, () => addresses)
  const find = (practice: string) => findHubs({ practice, waitMs: 600, addresses }).then((found) => found.filter((each) => each.hub === hub))
  expect(await find('01LANTESTPRACTICE000000000')).toEqual([{ hub, name: 'Hill Clinic', address: expect.any(String), port: 6984, isOurs: true }])
  expect(await find('01SOMEOTHERPRACTICE0000000')).toMatchObject([{ isOurs: false }])
  await stop()
  expect(await find('01LANTESTPRACTICE000000000')).toEqual([])
})

test('bytes that are no answer, and answers that are no hub, are passed over', async () => {
  const socket = createSocket('udp4')
  const packets = [Buffer.alloc(0), Buffer.alloc(12), Buffer.alloc(9_000, 0xff), Buffer.from('000084000000ffffffffffff', 'hex'), Buffer.from('0000840000000001000000000c6f7574706f73742d68756204c0', 'hex')]
  const looking = findHubs({ waitMs: 600, addresses })
  await new Promise((listening) => setTimeout(listening, 100))
  for (const packet of packets) for (let n = 0; n < 20; n++) socket.send(packet, 5353, '127.0.0.1')
  // Hubs of other tests may be there.
  for (const { hub: found, port } of await looking) expect([found.length, port > 0]).toEqual([32, true])
  socket.close()
})
