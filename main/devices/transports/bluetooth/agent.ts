import type { BluetoothQuestion } from '../../../../shared/contract'
import { type BusObject, BusProblem } from '../dbus'

/** Where BlueZ finds our agent. */
export const agentPath = '/org/outpost/agent'

/** Serial Port Profile. */
const serialPort = '00001101-0000-1000-8000-00805f9b34fb'

/** Who stands behind the agent. */
export interface AgentAnswers {
  /** Who may ask: BlueZ's own name on the bus. */
  readonly owner: string
  /** The device whose pairing a person began here. */
  isOurs(device: string): boolean
  isPaired(device: string): boolean
  /** Resolves with what was typed, `''` for yes, undefined for no. */
  ask(question: Pick<BluetoothQuestion, 'kind' | 'code'>): Promise<string | undefined>
  /** The person types this at the device; nobody waits for an answer. */
  show(code: string): void
  /** The pairing is over, one way or another. */
  cancel(): void
}

const rejected = () => new BusProblem('org.bluez.Error.Rejected')

/**
 * What BlueZ asks while it pairs (org.bluez.Agent1). Only a pairing that a person began here is answered: a device that
 * asks by itself to be paired is turned away, and one that is paired may use its serial port only.
 */
export const agentFor = ({ owner, isOurs, isPaired, ask, show, cancel }: AgentAnswers): BusObject =>
  async (member, [device, detail], { sender }) => {
    if (sender !== owner) throw new BusProblem('org.freedesktop.DBus.Error.AccessDenied')
    const path = typeof device === 'string' ? device : ''
    switch (member) {
      case 'Release':
      case 'Cancel':
        cancel()
        return undefined
      case 'AuthorizeService':
        if (!isPaired(path) || String(detail).toLowerCase() !== serialPort) throw rejected()
        return undefined
    }
    if (!isOurs(path)) throw rejected()
    switch (member) {
      case 'RequestPinCode': {
        const pin = await ask({ kind: 'pin' })
        if (!pin) throw rejected()
        return { signature: 's', body: [pin] }
      }
      case 'RequestPasskey': {
        const passkey = await ask({ kind: 'passkey' })
        if (!passkey || !/^\d{1,6}$/.test(passkey)) throw rejected()
        return { signature: 'u', body: [Number(passkey)] }
      }
      case 'RequestConfirmation':
        if ((await ask({ kind: 'compare', code: String(detail).padStart(6, '0') })) === undefined) throw rejected()
        return undefined
      case 'DisplayPinCode':
        show(String(detail))
        return undefined
      case 'DisplayPasskey':
        show(String(detail).padStart(6, '0'))
        return undefined
      // Nothing to compare ("just works"): the person who pressed "pair" has said yes.
      case 'RequestAuthorization':
        return undefined
      default:
        throw new BusProblem('org.freedesktop.DBus.Error.UnknownMethod')
    }
  }
