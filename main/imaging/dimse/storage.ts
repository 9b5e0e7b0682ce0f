import { deflatedLittleEndian, element, explicitLittleEndian, fileMetaInformation, implicitLittleEndian, isUid, joinBytes, transferSyntaxOf } from '../../../shared/standards/dicom'
import { contextResult, type ProposedContext } from './pdu'

/** Under this root lie the storage SOP classes of the standard (PS3.4 annex B.5), 1.2.840.10008.5.1.4.1.1.x. */
const storageRoot = '1.2.840.10008.5.1.4.1.1.'
/** Storage SOP classes elsewhere (PS3.4 §B.5, GG.3): color palettes, implant templates, hanging protocols, protocol approval and the like. */
const otherStorage = ['1.2.840.10008.5.1.4.34.7', '1.2.840.10008.5.1.4.34.10', '1.2.840.10008.5.1.4.38.1', '1.2.840.10008.5.1.4.39.1', '1.2.840.10008.5.1.4.43.1', '1.2.840.10008.5.1.4.44.1', '1.2.840.10008.5.1.4.45.1']
/** What is the standard's own; a UID outside it is a manufacturer's. */
const dicomRoot = '1.2.840.10008.'

/**
 * Whether instances of a class may be stored here: every storage SOP class of the standard, also one that is younger than this
 * program, and those of manufacturers. They are kept as they came; whether they can be shown is another question.
 */
export const isStorageClass = (sopClassUid: string): boolean =>
  isUid(sopClassUid) && (sopClassUid.startsWith(storageRoot) || otherStorage.includes(sopClassUid) || !sopClassUid.startsWith(dicomRoot))

/** A transfer syntax that the archive can read the headers of: every one that the standard knows. */
export const isKnownTransferSyntax = (uid: string): boolean => transferSyntaxOf(uid).name !== uid

/** A sender that leaves the choice to us should rather not compress, and keep its value representations. */
const preferred = [explicitLittleEndian, implicitLittleEndian]

/** The transfer syntax in which a storage context is taken. */
export const chooseStorage = ({ abstractSyntax, transferSyntaxes }: ProposedContext): { readonly transferSyntax: string } | { readonly result: number } => {
  if (!isStorageClass(abstractSyntax)) return { result: contextResult.abstractSyntaxNotSupported }
  const known = transferSyntaxes.filter(isKnownTransferSyntax)
  // As the sender has it, where it names a compressed one first; deflated only when nothing else was offered.
  const chosen = preferred.find((uid) => known.includes(uid)) ?? known.find((uid) => uid !== deflatedLittleEndian) ?? known[0]
  return chosen === undefined ? { result: contextResult.transferSyntaxesNotSupported } : { transferSyntax: chosen }
}

/** What stands before a data set that was received, so that both are a file (PS3.10 §7.1). */
export const fileOpening = (instance: { readonly sopClassUid: string; readonly sopInstanceUid: string; readonly transferSyntaxUid: string; readonly callingAeTitle: string }): Uint8Array => {
  const meta = fileMetaInformation(instance)
  // Behind the group length, 12 bytes after the prefix, comes the group; who sent it closes it (0002,0016).
  const group = joinBytes([meta.subarray(132 + 12), element('00020016', 'AE', instance.callingAeTitle)])
  return joinBytes([meta.subarray(0, 132), element('00020000', 'UL', group.length), group])
}
