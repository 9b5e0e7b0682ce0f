/**
 * The seven protocol data units of the upper layer (PS3.8 §9.3) as bytes. All numbers are big endian; every PDU begins
 * with its type, a reserved byte, and the length of what follows.
 */

/** PDU types (PS3.8 §9.3.2 to §9.3.8). */
export const pduType = { associateRq: 1, associateAc: 2, associateRj: 3, dataTf: 4, releaseRq: 5, releaseRp: 6, abort: 7 } as const

/** Bytes of type, reserved and length. */
export const pduHeaderLength = 6
/** Bytes of a presentation data value before its fragment: length, presentation context ID, message control header (§9.3.5.1). */
const pdvHeaderLength = 6

/** DICOM Application Context Name (PS3.7 §A.2.1). */
const applicationContextName = '1.2.840.10008.3.1.1.1'
const protocolVersion = 1

const itemType = {
  applicationContext: 0x10, contextRq: 0x20, contextAc: 0x21, abstractSyntax: 0x30, transferSyntax: 0x40, user: 0x50,
  maximumLength: 0x51, implementationClass: 0x52, roleSelection: 0x54, implementationVersion: 0x55,
} as const

/** A service that is proposed, and the ways to write it. */
export interface ProposedContext {
  /** Odd, 1 to 255. */
  readonly id: number
  readonly abstractSyntax: string
  readonly transferSyntaxes: readonly string[]
}

/** Result of a proposed context (§9.3.3.2): only 0 may be used. */
export const contextResult = { acceptance: 0, userRejection: 1, noReason: 2, abstractSyntaxNotSupported: 3, transferSyntaxesNotSupported: 4 } as const

/** What became of a proposed context. */
export interface AnsweredContext {
  readonly id: number
  readonly result: number
  /** Of meaning when `result` is 0. */
  readonly transferSyntax: string
}

/** SCP/SCU Role Selection (PS3.7 §D.3.3.4): needed for C-GET, where the requestor is the one who stores. */
export interface RoleSelection {
  readonly sopClassUid: string
  readonly scu: boolean
  readonly scp: boolean
}

interface AssociatePdu<Context> {
  readonly calledAeTitle: string
  readonly callingAeTitle: string
  readonly contexts: readonly Context[]
  /** Longest P-DATA-TF its sender takes, bytes after the header; 0: any. */
  readonly maximumLength: number
  readonly implementationClassUid: string
  readonly implementationVersion: string
  readonly roles: readonly RoleSelection[]
}

/** A-ASSOCIATE-RQ. */
export type AssociateRq = AssociatePdu<ProposedContext> & { readonly applicationContext: string; readonly protocolVersion: number }
/** A-ASSOCIATE-AC. */
export type AssociateAc = AssociatePdu<AnsweredContext>

/** A-ASSOCIATE-RJ (§9.3.4): result 1 permanent, 2 transient; source 1 user, 2 ACSE, 3 presentation. */
export interface AssociateRj {
  readonly result: number
  readonly source: number
  readonly reason: number
}

/** Why an association is refused, as the standard numbers it. */
export const rejections = {
  applicationContextNotSupported: { result: 1, source: 1, reason: 2 },
  callingAeTitleNotRecognized: { result: 1, source: 1, reason: 3 },
  calledAeTitleNotRecognized: { result: 1, source: 1, reason: 7 },
  protocolVersionNotSupported: { result: 1, source: 2, reason: 2 },
  temporaryCongestion: { result: 2, source: 3, reason: 1 },
  localLimitExceeded: { result: 2, source: 3, reason: 2 },
} as const satisfies Record<string, AssociateRj>

/** A rejection in words of the standard (table 9-21). */
export const rejectionText = ({ source, reason }: AssociateRj): string => {
  const words: Readonly<Record<string, string>> = {
    '1.1': 'no reason given', '1.2': 'application context name not supported', '1.3': 'calling AE title not recognized', '1.7': 'called AE title not recognized',
    '2.1': 'no reason given', '2.2': 'protocol version not supported', '3.1': 'temporary congestion', '3.2': 'local limit exceeded',
  }
  return words[`${source}.${reason}`] ?? `reason ${source}.${reason}`
}

/** A-ABORT (§9.3.8): source 0 service user, 2 service provider. */
export interface Abort {
  readonly source: number
  readonly reason: number
}

/** Abort reasons of the service provider. */
export const abortReason = { notSpecified: 0, unrecognizedPdu: 1, unexpectedPdu: 2, unexpectedParameter: 5, invalidParameter: 6 } as const

/** A PDU that cannot be read. */
export class PduProblem extends Error {
  constructor(readonly reason: number, what: string) {
    super(what)
    this.name = 'PduProblem'
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

const item = (type: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const head = Buffer.alloc(4)
  head[0] = type
  head.writeUInt16BE(content.length, 2)
  return Buffer.concat([head, content])
}
const text = (value: string): Buffer => Buffer.from(value, 'latin1')
const aeTitle = (title: string): Buffer => text(title.slice(0, 16).padEnd(16, ' '))

const pdu = (type: number, ...parts: readonly Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const head = Buffer.alloc(pduHeaderLength)
  head[0] = type
  head.writeUInt32BE(content.length, 2)
  return Buffer.concat([head, content])
}

const userInformation = ({ maximumLength, implementationClassUid, implementationVersion, roles }: AssociatePdu<unknown>): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(maximumLength)
  return item(
    itemType.user,
    item(itemType.maximumLength, length),
    item(itemType.implementationClass, text(implementationClassUid)),
    ...roles.map(({ sopClassUid, scu, scp }) => {
      const size = Buffer.alloc(2)
      size.writeUInt16BE(sopClassUid.length)
      return item(itemType.roleSelection, size, text(sopClassUid), Buffer.from([scu ? 1 : 0, scp ? 1 : 0]))
    }),
    item(itemType.implementationVersion, text(implementationVersion.slice(0, 16))),
  )
}

const associate = (type: number, association: AssociatePdu<unknown>, contexts: readonly Buffer[]): Buffer => {
  const version = Buffer.alloc(4)
  version.writeUInt16BE(protocolVersion)
  return pdu(
    type, version, aeTitle(association.calledAeTitle), aeTitle(association.callingAeTitle), Buffer.alloc(32),
    item(itemType.applicationContext, text(applicationContextName)), ...contexts, userInformation(association),
  )
}

/** A-ASSOCIATE-RQ as bytes. */
export const encodeAssociateRq = (association: Omit<AssociateRq, 'applicationContext' | 'protocolVersion'>): Buffer =>
  associate(pduType.associateRq, association, association.contexts.map(({ id, abstractSyntax, transferSyntaxes }) =>
    item(itemType.contextRq, Buffer.from([id, 0, 0, 0]), item(itemType.abstractSyntax, text(abstractSyntax)), ...transferSyntaxes.map((uid) => item(itemType.transferSyntax, text(uid))))))

/** A-ASSOCIATE-AC as bytes. */
export const encodeAssociateAc = (association: AssociateAc): Buffer =>
  associate(pduType.associateAc, association, association.contexts.map(({ id, result, transferSyntax }) =>
    item(itemType.contextAc, Buffer.from([id, 0, result, 0]), item(itemType.transferSyntax, text(transferSyntax)))))

/** A-ASSOCIATE-RJ as bytes. */
export const encodeAssociateRj = ({ result, source, reason }: AssociateRj): Buffer => pdu(pduType.associateRj, Buffer.from([0, result, source, reason]))
/** A-RELEASE-RQ as bytes. */
export const encodeReleaseRq = (): Buffer => pdu(pduType.releaseRq, Buffer.alloc(4))
/** A-RELEASE-RP as bytes. */
export const encodeReleaseRp = (): Buffer => pdu(pduType.releaseRp, Buffer.alloc(4))
/** A-ABORT as bytes. */
export const encodeAbort = ({ source, reason }: Abort): Buffer => pdu(pduType.abort, Buffer.from([0, 0, source, reason]))

/** The twelve bytes before a fragment: P-DATA-TF with one presentation data value. */
export const encodeDataHeader = (contextId: number, isCommand: boolean, isLast: boolean, length: number): Buffer => {
  const head = Buffer.allocUnsafe(pduHeaderLength + pdvHeaderLength)
  head[0] = pduType.dataTf
  head[1] = 0
  head.writeUInt32BE(length + pdvHeaderLength, 2)
  head.writeUInt32BE(length + 2, 6)
  head[10] = contextId
  head[11] = (isCommand ? 1 : 0) | (isLast ? 2 : 0)
  return head
}

/** Items one behind the other; throws when one reaches beyond the end. */
function* itemsIn(bytes: Uint8Array): Iterable<{ readonly type: number; readonly content: Uint8Array }> {
  let at = 0
  while (at < bytes.length) {
    if (at + 4 > bytes.length) throw new PduProblem(abortReason.invalidParameter, 'an item is cut off')
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)
    const end = at + 4 + length
    if (end > bytes.length) throw new PduProblem(abortReason.invalidParameter, 'an item reaches beyond its PDU')
    yield { type: bytes[at] ?? 0, content: bytes.subarray(at + 4, end) }
    at = end
  }
}

/** UIDs are met padded with a null or a space, though they should not be (PS3.8 annex F). */
const uidIn = (bytes: Uint8Array): string => latin1(bytes).replace(/[\0 ]+$/, '')
const titleIn = (bytes: Uint8Array): string => latin1(bytes).replace(/\0/g, ' ').trim()

interface UserPart {
  maximumLength: number
  implementationClassUid: string
  implementationVersion: string
  readonly roles: RoleSelection[]
}

const readUser = (content: Uint8Array, into: UserPart): void => {
  for (const { type, content: value } of itemsIn(content)) {
    if (type === itemType.maximumLength && value.length >= 4) into.maximumLength = new DataView(value.buffer, value.byteOffset, 4).getUint32(0)
    else if (type === itemType.implementationClass) into.implementationClassUid = uidIn(value)
    else if (type === itemType.implementationVersion) into.implementationVersion = titleIn(value)
    else if (type === itemType.roleSelection && value.length >= 4) {
      const length = ((value[0] ?? 0) << 8) | (value[1] ?? 0)
      if (length + 4 > value.length) throw new PduProblem(abortReason.invalidParameter, 'a role selection is cut off')
      into.roles.push({ sopClassUid: uidIn(value.subarray(2, 2 + length)), scu: value[2 + length] === 1, scp: value[3 + length] === 1 })
    }
  }
}

const fixedLength = 68

const readAssociate = <Context>(body: Uint8Array, contextType: number, readContext: (content: Uint8Array) => Context) => {
  if (body.length < fixedLength) throw new PduProblem(abortReason.invalidParameter, 'the PDU is too short')
  const contexts: Context[] = []
  const user: UserPart = { maximumLength: 0, implementationClassUid: '', implementationVersion: '', roles: [] }
  let applicationContext = ''
  for (const { type, content } of itemsIn(body.subarray(fixedLength))) {
    if (type === itemType.applicationContext) applicationContext = uidIn(content)
    else if (type === contextType) contexts.push(readContext(content))
    else if (type === itemType.user) readUser(content, user)
  }
  return {
    protocolVersion: ((body[0] ?? 0) << 8) | (body[1] ?? 0),
    calledAeTitle: titleIn(body.subarray(4, 20)),
    callingAeTitle: titleIn(body.subarray(20, 36)),
    applicationContext, contexts, ...user,
  }
}

const contextHead = (content: Uint8Array): Uint8Array => {
  if (content.length < 4) throw new PduProblem(abortReason.invalidParameter, 'a presentation context is cut off')
  return content
}

/** Reads A-ASSOCIATE-RQ without its header; throws {@link PduProblem}. */
export const decodeAssociateRq = (body: Uint8Array): AssociateRq =>
  readAssociate(body, itemType.contextRq, (content) => {
    const [id = 0] = contextHead(content)
    let abstractSyntax = ''
    const transferSyntaxes: string[] = []
    for (const { type, content: value } of itemsIn(content.subarray(4))) {
      if (type === itemType.abstractSyntax) abstractSyntax = uidIn(value)
      else if (type === itemType.transferSyntax) transferSyntaxes.push(uidIn(value))
    }
    return { id, abstractSyntax, transferSyntaxes }
  })

/** Reads A-ASSOCIATE-AC without its header; throws {@link PduProblem}. */
export const decodeAssociateAc = (body: Uint8Array): AssociateAc =>
  readAssociate(body, itemType.contextAc, (content) => {
    const head = contextHead(content)
    let transferSyntax = ''
    for (const { type, content: value } of itemsIn(content.subarray(4))) if (type === itemType.transferSyntax) transferSyntax = uidIn(value)
    return { id: head[0] ?? 0, result: head[2] ?? contextResult.noReason, transferSyntax }
  })

/** Reads A-ASSOCIATE-RJ without its header. */
export const decodeAssociateRj = (body: Uint8Array): AssociateRj => ({ result: body[1] ?? 0, source: body[2] ?? 0, reason: body[3] ?? 0 })

/** Reads A-ABORT without its header. */
export const decodeAbort = (body: Uint8Array): Abort => ({ source: body[2] ?? 0, reason: body[3] ?? 0 })

/** Whether the application context is the one that DICOM knows. */
export const isDicomContext = (uid: string): boolean => uid === applicationContextName
/** Whether we speak the version that was asked for; it is a field of bits (§9.3.2). */
export const speaksVersion = (version: number): boolean => (version & protocolVersion) !== 0
