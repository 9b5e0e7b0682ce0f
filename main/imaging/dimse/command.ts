/**
 * Command sets (PS3.7 §6.3, annex E): group 0000 in Implicit VR Little Endian, always.
 */

/** Command fields (table E.1-1); a response is its request with the highest bit set. */
export const commandField = {
  storeRq: 0x0001, getRq: 0x0010, findRq: 0x0020, moveRq: 0x0021, echoRq: 0x0030, cancelRq: 0x0fff,
  storeRsp: 0x8001, getRsp: 0x8010, findRsp: 0x8020, moveRsp: 0x8021, echoRsp: 0x8030,
} as const

/** Whether it answers a request. */
export const isResponse = (field: number): boolean => (field & 0x8000) !== 0

/** Priority (0000,0700). */
export const priority = { medium: 0, high: 1, low: 2 } as const

/** Statuses (PS3.7 annex C, PS3.4 §B.2.3, §C.4). */
export const status = {
  success: 0x0000,
  cancel: 0xfe00,
  pending: 0xff00,
  /** Pending, and some optional keys are not supported. */
  pendingWithWarning: 0xff01,
  sopClassNotSupported: 0x0122,
  invalidSopInstance: 0x0117,
  processingFailure: 0x0110,
  unrecognizedOperation: 0x0211,
  outOfResources: 0xa700,
  /** C-MOVE: the sub-operations cannot be performed; also: too many matches to be moved. */
  unableToPerformSubOperations: 0xa702,
  moveDestinationUnknown: 0xa801,
  dataSetDoesNotMatchSopClass: 0xa900,
  cannotUnderstand: 0xc000,
  /** C-MOVE, C-GET: done, one or more sub-operations failed. */
  subOperationsWithFailures: 0xb000,
} as const

/** What a status means for whoever asked (PS3.7 annex C): the class, not the number. */
export const statusClass = (code: number): 'success' | 'pending' | 'cancel' | 'warning' | 'failure' => {
  if (code === status.success) return 'success'
  if (code === status.pending || code === status.pendingWithWarning) return 'pending'
  if (code === status.cancel) return 'cancel'
  return code === 0x0001 || (code >= 0xb000 && code <= 0xbfff) || code === 0x0107 || code === 0x0116 ? 'warning' : 'failure'
}

/** A command, by the names of the dictionary (PS3.7 table E.1-1). */
export interface Command {
  readonly commandField: number
  readonly affectedSopClassUid?: string
  readonly requestedSopClassUid?: string
  readonly messageId?: number
  readonly messageIdBeingRespondedTo?: number
  readonly moveDestination?: string
  readonly priority?: number
  readonly commandDataSetType?: number
  readonly status?: number
  readonly errorComment?: string
  readonly affectedSopInstanceUid?: string
  readonly numberOfRemainingSubOperations?: number
  readonly numberOfCompletedSubOperations?: number
  readonly numberOfFailedSubOperations?: number
  readonly numberOfWarningSubOperations?: number
  readonly moveOriginatorAeTitle?: string
  readonly moveOriginatorMessageId?: number
}

/** (0000,0800): no data set follows. */
const noDataSet = 0x0101

/** Element numbers of group 0000, in their order. */
const elements = [
  [0x0002, 'affectedSopClassUid', 'UI'],
  [0x0003, 'requestedSopClassUid', 'UI'],
  [0x0100, 'commandField', 'US'],
  [0x0110, 'messageId', 'US'],
  [0x0120, 'messageIdBeingRespondedTo', 'US'],
  [0x0600, 'moveDestination', 'AE'],
  [0x0700, 'priority', 'US'],
  [0x0800, 'commandDataSetType', 'US'],
  [0x0900, 'status', 'US'],
  [0x0902, 'errorComment', 'LO'],
  [0x1000, 'affectedSopInstanceUid', 'UI'],
  [0x1020, 'numberOfRemainingSubOperations', 'US'],
  [0x1021, 'numberOfCompletedSubOperations', 'US'],
  [0x1022, 'numberOfFailedSubOperations', 'US'],
  [0x1023, 'numberOfWarningSubOperations', 'US'],
  [0x1030, 'moveOriginatorAeTitle', 'AE'],
  [0x1031, 'moveOriginatorMessageId', 'US'],
] as const satisfies readonly (readonly [number, keyof Command, 'UI' | 'US' | 'AE' | 'LO'])[]

const byNumber = new Map<number, (typeof elements)[number]>(elements.map((row) => [row[0], row]))

/** Whether a data set follows a command. */
export const hasDataSet = ({ commandDataSetType }: Command): boolean => commandDataSetType !== noDataSet

const valueOf = (representation: string, value: string | number): Buffer => {
  if (representation === 'US') {
    const bytes = Buffer.alloc(2)
    bytes.writeUInt16LE(Number(value))
    return bytes
  }
  const bytes = Buffer.from(String(value), 'latin1')
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([representation === 'UI' ? 0 : 0x20])])
}

const elementOf = (number: number, value: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt16LE(number, 2)
  head.writeUInt32LE(value.length, 4)
  return Buffer.concat([head, value])
}

/** A command as bytes, with its group length and the word on whether a data set follows. */
export const encodeCommand = (command: Command, followed: boolean): Buffer => {
  const said: Command = { ...command, commandDataSetType: followed ? 0x0001 : noDataSet }
  const body = Buffer.concat(elements.flatMap(([number, name, representation]) => {
    const value = said[name]
    return value === undefined ? [] : [elementOf(number, valueOf(representation, value))]
  }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(body.length)
  return Buffer.concat([elementOf(0x0000, length), body])
}

/** Reads a command set; undefined when it is none. Elements that we have no use for are stepped over. */
export const decodeCommand = (bytes: Uint8Array): Command | undefined => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const command: Record<string, string | number> = {}
  for (let at = 0; at < buffer.length; ) {
    if (at + 8 > buffer.length || buffer.readUInt16LE(at) !== 0) return undefined
    const row = byNumber.get(buffer.readUInt16LE(at + 2))
    const length = buffer.readUInt32LE(at + 4)
    const start = at + 8
    at = start + length
    if (at > buffer.length) return undefined
    if (!row) continue
    const [, name, representation] = row
    if (representation !== 'US') command[name] = buffer.toString('latin1', start, at).replace(/[\0 ]+$/, '').replace(/^ +/, '')
    else if (length >= 2) command[name] = buffer.readUInt16LE(start)
  }
  return typeof command['commandField'] === 'number' ? (command as unknown as Command) : undefined
}
