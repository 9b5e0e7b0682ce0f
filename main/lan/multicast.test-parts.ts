import { createSocket } from 'node:dgram'
import type { AddressInfo } from 'node:net'

/** Whether this machine hands a multicast packet on one of its addresses back to itself: some containers do not. */
export const canMulticast = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true })
    const end = (can: boolean) => {
      clearTimeout(late)
      socket.close()
      resolve(can)
    }
    const late = setTimeout(() => end(false), 500)
    socket.on('message', () => end(true)).on('error', () => end(false))
    socket.bind(0, () => {
      try {
        socket.addMembership('224.0.0.251', address)
        socket.setMulticastInterface(address)
        socket.send('?', (socket.address() as AddressInfo).port, '224.0.0.251')
      } catch {
        end(false)
      }
    })
  })
