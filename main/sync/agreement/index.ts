export { openAgreement, type Agreement, type AgreementPauses } from './agreement'
export type { Difference } from './lookAtEach'
