import { randomBytes } from 'node:crypto'
import { done, refuse, type Answer } from '../../shared/contract'
import { isPrivateLine } from '../http'
import { openServer, ServerProblem, type ServerAddress } from './server'

interface OwnAccount {
  readonly outpost?: { readonly codeUntil?: string }
  readonly [member: string]: unknown
}

/** How often is looked which of two passwords holds, when the line was cut in between. */
const looks = 3
const pauseMs = 1_000

/**
 * An account of the centre comes with a password that was read out or written down: the first workstation that signs in with it gives
 * the account one that nobody else knows (CouchDB lets a user change its own). Answers the address to go on with; of a hub, and of an account that is
 * settled, the same one. Refuses with `needs-https` what others could read on its way.
 */
export const claimAccount = async (address: ServerAddress): Promise<Answer<ServerAddress>> => {
  const server = openServer(address, '')
  const path = `/_users/${encodeURIComponent(`org.couchdb.user:${address.user}`)}`
  const lasting = { ...address, password: randomBytes(24).toString('base64url') }
  try {
    const { status, body } = await server.ask({ path })
    const account = body as OwnAccount | null
    if (status !== 200 || account?.outpost?.codeUntil === undefined) return done(address)
    if (!isPrivateLine(address.url)) return refuse('needs-https')
    const { codeUntil: _codeUntil, ...outpost } = account.outpost
    try {
      const written = await server.ask({ method: 'PUT', path, body: { ...account, outpost, password: lasting.password } })
      return done(written.status < 300 ? lasting : address)
    } catch (error) {
      if (!(error instanceof ServerProblem)) throw error
      return done(await whichHolds(address, lasting))
    }
  } catch (error) {
    if (error instanceof ServerProblem) return done(address)
    throw error
  } finally {
    server.close()
  }
}

/** The answer did not come: whether it was done shows in which password is accepted. */
const whichHolds = async (address: ServerAddress, lasting: ServerAddress): Promise<ServerAddress> => {
  for (let look = 0; look < looks; look += 1) {
    for (const tried of [lasting, address]) {
      const server = openServer(tried, '')
      try {
        await server.ask({ path: '/_session' })
        return tried
      } catch (error) {
        if (!(error instanceof ServerProblem)) throw error
      } finally {
        server.close()
      }
    }
    await new Promise((next) => setTimeout(next, pauseMs))
  }
  return lasting
}
