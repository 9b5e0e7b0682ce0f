import type { Command, Context } from './command'

const lookEveryMs = 200
/** Nothing has moved for this long: what is left follows at the next start. */
const patienceMs = 120_000

/** Everything has followed the new key, or there is nobody who could tell any more. */
const followed = async ({ ask, progress }: Context): Promise<{ readonly damaged: number } | string> => {
  let said = -1
  let movedAt = Date.now()
  for (;;) {
    const state = await ask('securityState')
    if (!state.ok) return state.problem.kind
    const { following, lastChange } = state.value
    if (!following) return { damaged: lastChange?.damaged ?? 0 }
    if (following.done !== said) {
      said = following.done
      movedAt = Date.now()
      progress(`rotate-key: ${said} of ${following.of} images`)
    }
    if (Date.now() - movedAt > patienceMs) return 'not everything has followed the new key yet; the rest follows at the next start'
    await new Promise((next) => setTimeout(next, lookEveryMs))
  }
}

/** Changes the data key, as the button on the security screen does, and waits until nothing is under the one before. */
export const rotateKey: Command = {
  usage: 'rotate-key',
  about: 'encrypt everything on this computer with a new data key; passphrase and recovery code stay; for administrators',
  run: async (_call, context) => {
    const { ask, person, progress } = context
    const refused = (problem: string) => ({ ok: false, lines: [problem], json: { ok: false, problem } })
    const before = await ask('securityState')
    if (!before.ok) return refused(before.problem.kind)
    // One that was cut off is brought to its end first.
    const earlier = await followed(context)
    if (typeof earlier === 'string') return refused(earlier)
    progress('rotate-key: the records are copied under the new key ...')
    const changed = await ask('changeKey', { password: person.password })
    if (!changed.ok) return refused(changed.problem.kind)
    const again = await ask('signIn', person)
    if (!again.ok) return refused(again.problem.kind)
    const end = await followed(context)
    if (typeof end === 'string') return refused(end)
    const keyChanges = before.value.keyChanges + 1
    return {
      ok: true,
      lines: [`the data key is number ${keyChanges + 1} now; nothing is encrypted with the one before`, ...(end.damaged > 0 ? [`${end.damaged} images did not read back as they were stored`] : [])],
      json: { ok: true, keyChanges, damagedImages: end.damaged },
    }
  },
}
