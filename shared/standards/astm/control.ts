/** Control characters of CLSI LIS01-A2 (ASTM E1381), clause 6, by their names there. */
export const control = {
  STX: 0x02,
  ETX: 0x03,
  EOT: 0x04,
  ENQ: 0x05,
  ACK: 0x06,
  LF: 0x0a,
  CR: 0x0d,
  NAK: 0x15,
  ETB: 0x17,
} as const

/** Time limits of LIS01-A2, in milliseconds. */
export const limits = {
  /** 6.3.2.4: a receiver answers a frame within this. */
  replyMs: 15_000,
  /** 6.5.2: a receiver without a frame or EOT for this long drops the incomplete message. */
  frameMs: 30_000,
  /** 6.2.4: after NAK ("busy") to ENQ the sender waits at least this long. */
  busyMs: 10_000,
  /** 6.2.7.1: after contention the instrument waits at least this long before ENQ. */
  contentionInstrumentMs: 1_000,
  /** 6.2.7.2: after contention the host waits this long for the instrument. */
  contentionHostMs: 20_000,
  /** 6.5.1.2: a frame is sent at most this often. */
  sends: 6,
  /** What an old receiver takes: characters of text in one frame (E1381-95, 6.3.1.2). */
  sendText: 240,
  /** No real frame is longer; more is noise and is refused. */
  receiveText: 1024 * 1024,
} as const
