import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { done, refuse, type Answer, type ProfileDraft } from '../../../shared/contract'
import { profileOf, type AnalyserProfile } from '../profiles'
import { samplesOf } from '../station'
import { blankedRecording } from './blanked'
import type { DraftName } from './draft'
import { learnable } from './pages'
import { checkedProfile, readDraft } from './reading'

/** A profile that lies in the practice's folder now. */
export interface KeptProfile {
  readonly profile: AnalyserProfile
  readonly folder: string
  /** Whether its recording lies beside it. */
  readonly isTested: boolean
}

/** Name of the recording that a profile was learned from, beside it. */
const recordingName = { text: 'learned.txt', astm: 'learned.astm', hl7: 'learned.hl7' } as const

const isThere = (path: string) => stat(path).then(() => true, () => false)

/**
 * Writes the profile that a draft makes into `folder`, with its recording as its own test. All of it appears at once, or
 * nothing. Refuses `profile-taken` when the product or the practice has a profile of this id,
 * `bad-shape` when something is missing in the draft (see `DraftFault`).
 *
 * @param now milliseconds since 1970
 */
export const keepProfile = async (folder: string, whole: Uint8Array, draft: ProfileDraft, name: DraftName, now: number): Promise<Answer<KeptProfile>> => {
  const recording = learnable(whole, draft.protocol)
  const to = join(folder, name.id)
  if (profileOf(name.id) || (await isThere(to)) || (await isThere(`${to}.json`))) return refuse('profile-taken')
  const { faults } = readDraft(recording, draft)
  if (faults.length > 0) return refuse('bad-shape', { at: 'draft', reason: faults.join(', ') })
  const checked = checkedProfile(recording, draft, name)
  if ('kind' in checked) return refuse('bad-shape', { at: checked.at ?? '', reason: checked.reason })
  const { profile, text } = checked
  const blanked = await blankedRecording(recording, profile, now)
  // The folder of profiles ignores what begins with a point.
  const making = join(folder, `.${name.id}.part`)
  await rm(making, { recursive: true, force: true })
  await mkdir(join(making, 'captures'), { recursive: true })
  await writeFile(join(making, 'profile.json'), text)
  if (blanked) {
    const file = recordingName[draft.protocol]
    await writeFile(join(making, 'captures', file), blanked)
    await writeFile(join(making, 'captures', 'expected.json'), `${JSON.stringify({ [file]: samplesOf(blanked, profile) }, undefined, 2)}\n`)
  }
  await rename(making, to)
  return done({ profile, folder: to, isTested: blanked !== undefined })
}
