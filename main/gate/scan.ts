import { done, type scanRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { SerialScannerDesk } from '../devices/inbox'
import type { Handlers } from './handler'

/** Wristbands, and scanners that read them. */
export const scanHandlers = ({ charting: { wristbands }, scanner }: { readonly charting: Pick<Charting, 'wristbands'>; readonly scanner: SerialScannerDesk }): Handlers<typeof scanRequests> => ({
  readWristband: async ({ code }) => done(await wristbands.read(code)),
  printWristband: ({ patient }) => wristbands.print(patient),
  readSerialScanner: () => scanner.read(),
  setSerialScanner: ({ scanner: next }) => scanner.set(next),
})
