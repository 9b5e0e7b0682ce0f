/**
 * The state machine of the upper layer (PS3.8 §9.2) as its table 9-10 has it: what to do on an event in a state, and
 * where that leads. Connection requests and presentation of data are effects and stand elsewhere.
 */

/**
 * Sta1 idle. Sta2 connection open, awaiting A-ASSOCIATE-RQ. Sta3 awaiting the local answer to it. Sta4 awaiting the transport
 * connection. Sta5 awaiting A-ASSOCIATE-AC or -RJ. Sta6 data may flow. Sta7 awaiting A-RELEASE-RP. Sta8 awaiting the local
 * answer to a release. Sta9 to Sta12 both sides released at once. Sta13 awaiting that the transport connection closes.
 */
export type UpperState = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13

/** Events in the order of the table, Evt1 to Evt19. */
export type UpperEvent =
  | 'associate-request' | 'connected' | 'associate-ac' | 'associate-rj' | 'connection-indication' | 'associate-rq'
  | 'accept' | 'reject' | 'data-request' | 'data-tf' | 'release-request' | 'release-rq' | 'release-rp' | 'release-response'
  | 'abort-request' | 'abort' | 'connection-closed' | 'artim-expired' | 'invalid-pdu'

/** Actions of tables 9-6 to 9-9. */
export type UpperAction =
  | 'AE-1' | 'AE-2' | 'AE-3' | 'AE-4' | 'AE-5' | 'AE-6' | 'AE-7' | 'AE-8'
  | 'DT-1' | 'DT-2'
  | 'AR-1' | 'AR-2' | 'AR-3' | 'AR-4' | 'AR-5' | 'AR-6' | 'AR-7' | 'AR-8' | 'AR-9' | 'AR-10'
  | 'AA-1' | 'AA-2' | 'AA-3' | 'AA-4' | 'AA-5' | 'AA-6' | 'AA-7' | 'AA-8'

/** One row per event: the action in Sta1 to Sta13, a dot where the event cannot be. */
const table: Readonly<Record<UpperEvent, string>> = {
  //                       1    2    3    4    5    6    7    8    9    10    11   12   13
  'associate-request':     'AE-1 .    .    .    .    .    .    .    .    .     .    .    .',
  'connected':             '.    .    .    AE-2 .    .    .    .    .    .     .    .    .',
  'associate-ac':          '.    AA-1 AA-8 .    AE-3 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-6',
  'associate-rj':          '.    AA-1 AA-8 .    AE-4 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-6',
  'connection-indication': 'AE-5 .    .    .    .    .    .    .    .    .     .    .    .',
  'associate-rq':          '.    AE-6 AA-8 .    AA-8 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-7',
  'accept':                '.    .    AE-7 .    .    .    .    .    .    .     .    .    .',
  'reject':                '.    .    AE-8 .    .    .    .    .    .    .     .    .    .',
  'data-request':          '.    .    .    .    .    DT-1 .    AR-7 .    .     .    .    .',
  'data-tf':               '.    AA-1 AA-8 .    AA-8 DT-2 AR-6 AA-8 AA-8 AA-8  AA-8 AA-8 AA-6',
  'release-request':       '.    .    .    .    .    AR-1 .    .    .    .     .    .    .',
  'release-rq':            '.    AA-1 AA-8 .    AA-8 AR-2 AR-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-6',
  'release-rp':            '.    AA-1 AA-8 .    AA-8 AA-8 AR-3 AA-8 AA-8 AR-10 AR-3 AA-8 AA-6',
  'release-response':      '.    .    .    .    .    .    .    AR-4 AR-9 .     .    AR-4 .',
  'abort-request':         '.    .    AA-1 AA-2 AA-1 AA-1 AA-1 AA-1 AA-1 AA-1  AA-1 AA-1 .',
  'abort':                 '.    AA-2 AA-3 .    AA-3 AA-3 AA-3 AA-3 AA-3 AA-3  AA-3 AA-3 AA-2',
  'connection-closed':     '.    AA-5 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4 AA-4  AA-4 AA-4 AR-5',
  'artim-expired':         '.    AA-2 .    .    .    .    .    .    .    .     .    .    AA-2',
  'invalid-pdu':           '.    AA-1 AA-8 .    AA-8 AA-8 AA-8 AA-8 AA-8 AA-8  AA-8 AA-8 AA-7',
}

const rows = new Map(Object.entries(table).map(([event, row]) => [event, row.trim().split(/\s+/)]))

/** The state behind an action; where it depends on what the action finds, the action says so itself (AE-6, AR-8). */
const next: Readonly<Record<UpperAction, UpperState>> = {
  'AE-1': 4, 'AE-2': 5, 'AE-3': 6, 'AE-4': 1, 'AE-5': 2, 'AE-6': 3, 'AE-7': 6, 'AE-8': 13,
  'DT-1': 6, 'DT-2': 6,
  'AR-1': 7, 'AR-2': 8, 'AR-3': 1, 'AR-4': 13, 'AR-5': 1, 'AR-6': 7, 'AR-7': 8, 'AR-8': 9, 'AR-9': 11, 'AR-10': 12,
  'AA-1': 13, 'AA-2': 1, 'AA-3': 1, 'AA-4': 1, 'AA-5': 1, 'AA-6': 13, 'AA-7': 13, 'AA-8': 13,
}

/** What the table says; undefined where the event cannot happen in that state (a local request out of place). */
export const transition = (state: UpperState, event: UpperEvent, isRequestor: boolean): { readonly action: UpperAction; readonly state: UpperState } | undefined => {
  const action = rows.get(event)?.[state - 1]
  if (action === undefined || action === '.') return undefined
  // The release collision: the requestor answers first (Sta9), the acceptor waits for the answer (Sta10).
  if (action === 'AR-8') return { action, state: isRequestor ? 9 : 10 }
  return { action: action as UpperAction, state: next[action as UpperAction] }
}
