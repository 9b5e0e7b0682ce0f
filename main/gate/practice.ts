import type { Answer, CheckedAsk, PracticeName, PracticeState, practiceRequests, RepairReport } from '../../shared/contract'
import { done } from '../../shared/contract'
import type { Handlers } from './handler'

/** Opening, creating and joining a practice: what the host offers before anything else is there. */
export interface PracticeLifecycle {
  state(): Promise<PracticeState>
  create(ask: CheckedAsk<'createPractice'>): Promise<Answer<{ practice: PracticeName; recoveryCode: string }>>
  openDemo(): Promise<Answer<PracticeName>>
  join(ask: CheckedAsk<'joinPractice'>): Promise<Answer<{ practice: PracticeName; recoveryCode: string }>>
  unlock(secret: string, newPassphrase?: string): Promise<Answer<PracticeName>>
  repair(ask: CheckedAsk<'repairPractice'>): Promise<Answer<RepairReport>>
  leaveRepair(): Promise<Answer<PracticeName>>
}

/** The requests of `practiceRequests`. */
export const practiceHandlers = (lifecycle: PracticeLifecycle): Handlers<typeof practiceRequests> => ({
  practiceState: async () => done(await lifecycle.state()),
  createPractice: (ask) => lifecycle.create(ask),
  openDemo: () => lifecycle.openDemo(),
  joinPractice: (ask) => lifecycle.join(ask),
  repairPractice: (ask) => lifecycle.repair(ask),
  leaveRepair: () => lifecycle.leaveRepair(),
  unlockPractice: (ask) => lifecycle.unlock(ask.secret, ask.newPassphrase),
})
