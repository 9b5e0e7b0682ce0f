import type { Answer, SecurityState, securityRequests } from '../../shared/contract'
import type { Access } from '../access'
import type { Handlers, Session } from './handler'

/** Keys and locks of this workstation; the person has proved who they are. */
export interface SecurityDesk {
  state(): Promise<Answer<SecurityState>>
  changePassphrase(passphrase: string): Promise<Answer<SecurityState>>
  /** Keeps a new recovery code for this person until it is confirmed. */
  proposeRecoveryCode(by: Session): Answer<{ code: string }>
  confirmRecoveryCode(by: Session, ending: string): Promise<Answer<SecurityState>>
  changeKey(by: Session): Promise<Answer<null>>
}

/** The requests of `securityRequests`. */
export const securityHandlers = ({ access, security }: { readonly access: Access; readonly security: SecurityDesk }): Handlers<typeof securityRequests> => {
  const whenSure = async <Value>(session: Session, password: string, work: () => Promise<Answer<Value>> | Answer<Value>): Promise<Answer<Value>> => {
    const sure = await access.confirm(session, password)
    return sure.ok ? work() : sure
  }
  return {
    securityState: () => security.state(),
    changePassphrase: (ask, { session }) => whenSure(session, ask.password, () => security.changePassphrase(ask.passphrase)),
    newRecoveryCode: (ask, { session }) => whenSure(session, ask.password, () => security.proposeRecoveryCode(session)),
    confirmRecoveryCode: (ask, { session }) => security.confirmRecoveryCode(session, ask.ending),
    changeKey: (ask, { session }) => whenSure(session, ask.password, () => security.changeKey(session)),
  }
}
