import { implicitLittleEndian } from '../../../shared/standards/dicom'
import { openAcceptor, type Acceptor, type AcceptorOptions, type AssociationAsk, type RequestHandler } from './index'

/** Takes whoever comes, and the first transfer syntax of everything. */
const openToAll: AcceptorOptions['policy'] = { refuses: () => undefined, choose: ({ transferSyntaxes }) => ({ transferSyntax: transferSyntaxes[0] ?? implicitLittleEndian }) }

/** A listener on this computer, on a port of its own. */
export const listen = (serve: RequestHandler, given: Partial<AcceptorOptions> = {}): Promise<Acceptor> =>
  openAcceptor({ port: 0, address: '127.0.0.1', policy: openToAll, serve: () => serve, ...given })

/** How a test calls it. */
export const callTo = ({ port }: Pick<Acceptor, 'port'>): Omit<AssociationAsk, 'contexts'> => ({ host: '127.0.0.1', port, callingAeTitle: 'MODALITY', calledAeTitle: 'OUTPOST' })

/** All bytes of a source. */
export const bytesOf = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = []
  for await (const piece of source) pieces.push(Uint8Array.from(piece))
  return Buffer.concat(pieces)
}
