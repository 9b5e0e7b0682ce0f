import { abortReason, pduHeaderLength, PduProblem, pduType } from './pdu'

/** A fragment of a message as it arrives. */
export interface Fragment {
  readonly contextId: number
  readonly isCommand: boolean
  /** The last bytes of the last fragment of this command or data set are in it. */
  readonly isLast: boolean
  /** A view into what came from the line; copy what is to be kept. */
  readonly bytes: Uint8Array
}

/** What a {@link PduReader} tells, in the order of the bytes. */
export interface PduListener {
  /** Any PDU but P-DATA-TF, whole, without its header. */
  pdu(type: number, body: Uint8Array): void
  /** A P-DATA-TF begins. */
  dataBegins(): void
  fragment(fragment: Fragment): void
}

/** Longest PDUs that are taken, bytes after the header. */
export interface PduLimits {
  /** Of P-DATA-TF: what we told the peer. */
  readonly maximumLength: number
}

/** An A-ASSOCIATE-RQ with 128 contexts of forty transfer syntaxes each is shorter. */
const longestAssociate = 512 * 1024
/** A-ASSOCIATE-RJ, A-RELEASE and A-ABORT have exactly four bytes. */
const shortLength = 4
const none = new Uint8Array(0)

/**
 * Takes bytes as the line gives them and tells PDUs. Fragments of P-DATA-TF are told as they come, never gathered; everything
 * else is short and bounded before a byte of it is kept. Throws {@link PduProblem} for what is no PDU.
 */
export class PduReader {
  private readonly header = Buffer.alloc(pduHeaderLength)
  private headed = 0
  private type = 0
  /** Bytes of the PDU that are still to come. */
  private remaining = 0
  private body: Buffer | undefined
  private filled = 0
  private readonly valueHeader = Buffer.alloc(6)
  private valueHeaded = 0
  /** Bytes of the presentation data value that are still to come. */
  private valueRemaining = 0

  constructor(
    private readonly listener: PduListener,
    private readonly limits: PduLimits,
  ) {}

  /** Whether the line may end here without cutting a PDU off. */
  get isBetween(): boolean {
    return this.headed === 0
  }

  take(bytes: Uint8Array): void {
    let at = 0
    while (at < bytes.length) at = this.isHeaded ? this.inside(bytes, at) : this.head(bytes, at)
  }

  private get isHeaded(): boolean {
    return this.headed === pduHeaderLength
  }

  private head(bytes: Uint8Array, start: number): number {
    // A line of text, or TLS where none was agreed on, is known by its first byte.
    if (this.headed === 0 && ((bytes[start] ?? 0) < pduType.associateRq || (bytes[start] ?? 0) > pduType.abort)) {
      throw new PduProblem(abortReason.unrecognizedPdu, 'no PDU type')
    }
    const end = Math.min(bytes.length, start + pduHeaderLength - this.headed)
    this.header.set(bytes.subarray(start, end), this.headed)
    this.headed += end - start
    if (this.isHeaded) this.begin()
    return end
  }

  private begin(): void {
    this.type = this.header[0] ?? 0
    const length = this.header.readUInt32BE(2)
    const isData = this.type === pduType.dataTf
    const longest = isData ? this.limits.maximumLength : this.type <= pduType.associateAc ? longestAssociate : shortLength
    if (length > longest || (length < shortLength)) throw new PduProblem(abortReason.invalidParameter, 'the PDU has a length that was not agreed on')
    this.remaining = length
    if (isData) {
      this.valueHeaded = 0
      this.valueRemaining = 0
      this.listener.dataBegins()
    } else {
      this.body = undefined
      this.filled = 0
    }
  }

  private inside(bytes: Uint8Array, start: number): number {
    const end = Math.min(bytes.length, start + this.remaining)
    if (this.type === pduType.dataTf) this.data(bytes, start, end)
    else this.gather(bytes, start, end)
    this.remaining -= end - start
    if (this.remaining === 0) this.finish()
    return end
  }

  /** Grows with what arrives: a PDU that only says it is long costs nothing. */
  private gather(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start
    if (!this.body || this.filled + length > this.body.length) {
      const wider = Buffer.alloc(Math.min(this.filled + this.remaining, Math.max(256, 2 * (this.filled + length))))
      if (this.body) wider.set(this.body.subarray(0, this.filled))
      this.body = wider
    }
    this.body.set(bytes.subarray(start, end), this.filled)
    this.filled += length
  }

  private finish(): void {
    this.headed = 0
    if (this.type === pduType.dataTf) {
      if (this.valueHeaded !== 0) throw new PduProblem(abortReason.invalidParameter, 'a presentation data value is cut off')
      return
    }
    const body = this.body?.subarray(0, this.filled) ?? none
    this.body = undefined
    this.listener.pdu(this.type, body)
  }

  private data(bytes: Uint8Array, start: number, end: number): void {
    let at = start
    while (at < end) {
      if (this.valueHeaded < 6) {
        const next = Math.min(end, at + 6 - this.valueHeaded)
        this.valueHeader.set(bytes.subarray(at, next), this.valueHeaded)
        this.valueHeaded += next - at
        at = next
        if (this.valueHeaded === 6) this.beginValue(this.remaining - (at - start))
        continue
      }
      const next = Math.min(end, at + this.valueRemaining)
      this.valueRemaining -= next - at
      this.tell(bytes.subarray(at, next))
      at = next
    }
  }

  private beginValue(left: number): void {
    const length = this.valueHeader.readUInt32BE(0)
    if (length < 2 || length - 2 > left) throw new PduProblem(abortReason.invalidParameter, 'a presentation data value reaches beyond its PDU')
    this.valueRemaining = length - 2
    if (this.valueRemaining === 0) this.tell(none)
  }

  private tell(bytes: Uint8Array): void {
    const control = this.valueHeader[5] ?? 0
    const isWhole = this.valueRemaining === 0
    if (isWhole) this.valueHeaded = 0
    this.listener.fragment({ contextId: this.valueHeader[4] ?? 0, isCommand: (control & 1) !== 0, isLast: isWhole && (control & 2) !== 0, bytes })
  }
}
