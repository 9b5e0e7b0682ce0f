/** DICOM's network side: associations in both roles (PS3.7, PS3.8). Knows no record. */
export { openAcceptor, type Acceptor, type AcceptorEvent, type AcceptorLimits, type AcceptorOptions, type AcceptorPolicy } from './acceptor'
export type { AcceptedContext, Association, AssociationEnd, DataSetSource, DimseRequest, DimseResponse, RequestHandler, Respond } from './association'
export { commandField, hasDataSet, priority, status, statusClass, type Command } from './command'
export { verificationSopClass, worklistSopClass } from './constants'
export { contextResult, rejections, rejectionText, type AssociateRj, type ProposedContext } from './pdu'
export { DimseProblem, type DimseProblemKind } from './problem'
export { echo, openAssociation, peerCertificate, store, withAssociation, type AssociationAsk, type PeerTls, type StoreAsk, type WantedContext } from './requestor'
export { chooseStorage, fileOpening, isStorageClass } from './storage'
