import { webcrypto } from 'node:crypto'

// RxDB reads this global while it is being imported; Node 18 (Electron 25) lacks it. Import this module first.
;(globalThis as { crypto?: unknown }).crypto ??= webcrypto
