import { done, type workbenchRequests } from '../../shared/contract'
import { keepProfile, readDraft, studyRecording } from '../devices/workbench'
import type { DeviceDesk } from '../devices/inbox'
import type { Handlers } from './handler'

/** Profiles that are learned from recordings. */
export const workbenchHandlers = ({ devices }: { readonly devices: DeviceDesk }): Handlers<typeof workbenchRequests> => ({
  studyRecording: async ({ recording, draft }) => done(studyRecording(recording, draft)),
  readDraft: async ({ recording, draft }) => done(readDraft(recording, draft)),
  async saveProfile({ recording, draft, ...name }) {
    const { folder } = await devices.profileFolder()
    const kept = await keepProfile(folder, recording, draft, name, Date.now())
    if (!kept.ok) return kept
    // The folder is read again: from now on devices can be paired with it.
    await devices.listProfiles()
    const { id, maker, model, category, protocolName, serial, unsure } = kept.value.profile
    return done({ profile: { id, maker, model, category, protocol: protocolName, serial, unsure }, folder: kept.value.folder, isTested: kept.value.isTested })
  },
})
