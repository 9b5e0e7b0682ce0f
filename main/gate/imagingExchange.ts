import { done, refuse, type imagingExchangeRequests, type ProblemKind } from '../../shared/contract'
import type { Services } from '../imaging'
import type { Handlers } from './handler'

/** `not-now`: what it says is over already. */
const problems = { 'not-found': 'not-found', 'study-incomplete': 'study-incomplete', 'not-now': 'conflict' } as const satisfies Record<string, ProblemKind>

/** A word that says why not, or what was asked for. */
const answer = <Value extends object>(said: Value | keyof typeof problems) => (typeof said === 'string' ? refuse(problems[said]) : done(said))

/** Sending studies, priors elsewhere, worklists elsewhere. */
export const imagingExchangeHandlers = ({ services }: { readonly services: Services }): Handlers<typeof imagingExchangeRequests> => ({
  listExchangePeers: async () => done(await services.listPeers()),
  sendStudy: async (ask, { session }) => answer(await services.send({ ...ask, by: { practitioner: session.practitioner, name: session.name } })),
  readOutbox: async () => done(await services.readOutbox()),
  retrySend: async ({ send }) => answer(await services.outbox.retry(send)),
  cancelSend: async ({ send }) => answer(await services.outbox.cancel(send)),
  async setSendingNight(night) {
    await services.outbox.setNight(night)
    return done(await services.readOutbox())
  },
  findPriors: async (ask) => answer(await services.findPriors(ask)),
  fetchPrior: async (ask, { session }) => answer(await services.fetchPrior({ ...ask, by: { practitioner: session.practitioner, name: session.name } })),
  listFetchedPriors: async ({ patient }) => done([...services.pulls.list(patient)]),
  cancelFetchPrior: async ({ pull }) => answer((await services.pulls.cancel(pull)) ?? 'not-found'),
  readWorklist: async ({ peer, day, modality }) => answer(await services.readWorklist({ peer, day, ...(modality !== undefined && { modality }) })),
})
