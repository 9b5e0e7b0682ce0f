import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { done, refuse, type Answer, type KeyChangeOutcome, type SecurityState } from '../../shared/contract'
import { forgetEarlier, newRecoveryCode, readPracticeFile, replaceSecret, type Session } from '../access'
import type { SecurityDesk } from '../gate/security'
import type { OpenPractice } from './practice'

/** What the desk works with. */
export interface SecurityParts {
  readonly folder: string
  readonly keystore: SecurityState['keystore']
  /** The practice as it is open; undefined while it is not. */
  practice(): OpenPractice | undefined
  /** One change of the practice, and of its practice file, at a time. */
  inTurn<Value>(work: () => Promise<Value>): Promise<Value>
  /** Closes the practice, changes its key, opens it again. */
  changeKey(by: Session): Promise<Answer<null>>
  /** Tells windows how far the files are that follow a change of the key; null: no more. */
  announce(following: SecurityState['following'] | null): void
}

/** Where the outcome of the last change of the key is kept, among this station's own documents. */
const outcomeKind = 'key-change'
const outcomeId = 'last'

/** A proposed recovery code that nobody has put on paper in this time is forgotten. */
const proposalMs = 60 * 60_000

/** Folders into which a repair puts a damaged replica, by the second in which it did. */
const putAsideName = /^damaged-(\d{8}T\d{6})Z/
const secondOf = (instant: string): string => instant.slice(0, 19).replace(/[-:]/g, '')

/** What was put aside, and in which second. */
const putAsideIn = async (folder: string): Promise<{ readonly name: string; readonly second: string }[]> =>
  (await readdir(folder)).flatMap((name) => {
    const second = putAsideName.exec(name)?.[1]
    return second === undefined ? [] : [{ name, second }]
  })

/** Writes down how a change of the key ended. */
export const noteOutcome = async ({ replica }: OpenPractice, outcome: KeyChangeOutcome): Promise<void> => {
  await replica.local.put(outcomeKind, outcomeId, outcome)
}

/** Keys, recovery code and passphrase of the practice that is open, and what follows a change of the key. */
export const openSecurity = (parts: SecurityParts) => {
  const { folder } = parts
  let proposed: { readonly code: string; readonly practitioner: string; readonly at: number } | undefined
  let following: SecurityState['following']

  const state = async (): Promise<Answer<SecurityState>> => {
    const practice = parts.practice()
    const read = await readPracticeFile(folder)
    if (!read.ok) return read
    if (!practice || !read.value) return refuse('no-practice')
    const { key, generation, since, earlier } = read.value
    const lastChange = (await practice.replica.local.get<KeyChangeOutcome>(outcomeKind, outcomeId))?.value
    return done({
      keystore: parts.keystore,
      hasPassphrase: key.passphrase !== undefined,
      keyChanges: generation - 1,
      putAside: (await putAsideIn(folder)).length,
      ...('made' in key.recovery && key.recovery.made !== undefined && { recoveryCodeSince: key.recovery.made }),
      ...(since !== undefined && { keySince: since }),
      ...(earlier && { following: following ?? { done: 0, of: 0 } }),
      ...(lastChange && { lastChange }),
    })
  }

  const replace = (way: 'passphrase' | 'recovery', secret: string): Promise<Answer<SecurityState>> =>
    parts.inTurn(async () => {
      const practice = parts.practice()
      if (!practice) return refuse('no-practice')
      const replaced = await replaceSecret(folder, practice.opened, way, secret)
      return replaced.ok ? state() : replaced
    })

  const desk: SecurityDesk = {
    state,
    changePassphrase: async (passphrase) => (parts.practice()?.name.training ? refuse('not-allowed') : replace('passphrase', passphrase)),
    proposeRecoveryCode: (by) => {
      proposed = { code: newRecoveryCode(), practitioner: by.practitioner, at: Date.now() }
      return done({ code: proposed.code })
    },
    confirmRecoveryCode: async (by, ending) => {
      const given = ending.toUpperCase().replace(/[^0-9A-Z]/g, '')
      if (!proposed || proposed.practitioner !== by.practitioner || Date.now() - proposed.at > proposalMs) return refuse('not-found')
      if (given.length < 4 || !proposed.code.replaceAll('-', '').endsWith(given)) return refuse('bad-shape', { field: 'ending' })
      const { code } = proposed
      proposed = undefined
      return replace('recovery', code)
    },
    changeKey: (by) => parts.changeKey(by),
  }

  return {
    desk,
    /**
     * Brings a change of the key to its end while the practice is open: images, then, once `hub` has followed too, the key
     * before is forgotten. Stops when the practice is closed, and goes on when it is opened again.
     */
    follow: async (practice: OpenPractice, hub: Promise<unknown>): Promise<void> => {
      if (!practice.opened.earlier) return
      following = { done: 0, of: 0 }
      // The journal follows while the parts are opened, before any device may write to it.
      const { imaging, hasJournalFollowed } = await practice.parts()
      let told = 0
      const sealed = await imaging.sealAnew(({ done: at, of }) => {
        following = { done: at, of }
        if (Date.now() - told < 250) return
        told = Date.now()
        parts.announce(following)
      })
      await hub
      if (sealed.done < sealed.of || !hasJournalFollowed) return
      await parts.inTurn(async () => {
        if (parts.practice() !== practice) return
        await noteOutcome(practice, { at: new Date().toISOString(), outcome: 'done', damaged: sealed.damaged })
        // Copies of damaged records that were put aside are under the key that is forgotten now: nobody could open them any more.
        const file = await readPracticeFile(folder)
        const since = file.ok ? secondOf(file.value?.since ?? '') : ''
        const gone = (await putAsideIn(folder)).filter(({ second }) => second < since)
        for (const { name } of gone) await rm(join(folder, name), { recursive: true, force: true })
        if (gone.length > 0) await practice.access.audit.write({ session: null, action: 'putAsideRemoved', outcome: 'done' })
        const forgotten = await forgetEarlier(folder, practice.opened)
        if (!forgotten.ok) return
        practice.followed()
        following = undefined
        parts.announce(null)
      })
    },
  }
}
