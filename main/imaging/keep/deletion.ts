import type { ImagingStudy } from 'fhir/r4'
import { deleted, isDeleted } from '../../../shared/records/imaging-study/deleted'
import { patientOf, studyUidOf } from '../../../shared/records/imaging-study/study'
import type { Replica } from '../../replica'
import type { Person, Studies } from '../archive/studies'
import type { Keeping } from './keeping'
import type { Thumbnails } from './thumbnails'

/** Studies that a person takes out of the practice. */
export interface StudyDeletion {
  /**
   * Takes a study off its chart, or out of the tray, and its images off this workstation; the others follow when they hear of it.
   *
   * @param ask.patient on whose chart it is; absent: it waits in the tray
   */
  deleteStudy(ask: { readonly study: string; readonly patient?: string; readonly by: Person; readonly why: string }): Promise<'deleted' | 'not-found'>
}

/** Opens it; what was deleted on another workstation goes here too, now and whenever it is heard of. */
export const watchDeleted = async ({ replica, studies, keeping, thumbnails, failed = () => undefined }: {
  readonly replica: Replica
  readonly studies: Studies
  readonly keeping: Keeping
  readonly thumbnails: Thumbnails
  readonly failed?: (reason: unknown) => void
}): Promise<StudyDeletion & { readonly close: () => void }> => {
  const follow = async (id: string, study: ImagingStudy): Promise<void> => {
    const uid = studyUidOf(study)
    if (!isDeleted(study)) return
    // It may come again while its files go.
    const isStill = async (): Promise<boolean> => (await studies.get(id).then((record) => record && isDeleted(record.resource))) === true
    if ((await studies.countHere(uid)) > 0) await keeping.forget(uid, isStill)
    await thumbnails.forget(uid)
  }
  const heard = replica.records.changes().subscribe(({ type, envelope, deleted: gone }) => {
    if (type === 'ImagingStudy' && gone !== true) follow(envelope.id, envelope.resource as ImagingStudy).catch(failed)
  })
  for (const { id, resource } of await replica.records.find('ImagingStudy', { where: { status: 'entered-in-error' }, limit: 10_000 })) await follow(id, resource)
  return {
    async deleteStudy({ study, patient, by, why }) {
      const record = await studies.get(study)
      if (!record || isDeleted(record.resource) || patientOf(record.resource) !== patient) return 'not-found'
      const decision = { by: by.practitioner, name: by.name, at: new Date().toISOString(), why }
      const { id, resource } = await replica.records.revise('ImagingStudy', study, (before) => deleted(before, decision), by.practitioner, record.at)
      await follow(id, resource)
      return 'deleted'
    },
    close: () => heard.unsubscribe(),
  }
}
