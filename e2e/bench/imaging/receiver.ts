/** The DICOM host as a process of its own, as in the application. */
import { createDicomStation, type ToDicomHost } from '../../../main/dicom-host'

const station = createDicomStation({ address: '127.0.0.1' })
station.attach({
  send: (message) => void process.send?.(message),
  onMessage: (listener) => process.on('message', (message) => listener(message as ToDicomHost)),
  onClose: () => undefined,
})
process.on('disconnect', () => process.exit(0))
