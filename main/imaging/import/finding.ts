import type { FoundStudy } from '../../../shared/contract'
import { displayPersonName } from '../../../shared/standards/dicom'
import type { DicomPatient } from '../../../shared/records/imaging-study/study'
import type { Glanced } from './examine'

/** What the practice knows of a study that was found on a disc. */
export interface Look {
  /** SOP Instance UIDs of it that are in the archive. */
  here(study: string): Promise<ReadonlySet<string>>
  /** Whose number its files carry. */
  owner(dicom: DicomPatient, patient: string | undefined): Promise<FoundStudy['owner']>
}

interface Found {
  readonly study: Omit<FoundStudy, 'series' | 'images' | 'bytes' | 'here' | 'owner' | 'modalities'>
  readonly series: Set<string>
  readonly modalities: Set<string>
  readonly sops: Set<string>
  bytes: number
  here: number
  owner: FoundStudy['owner']
}

/** The studies on a disc, as they are found file by file. */
export class Finding {
  private readonly found = new Map<string, Found>()

  constructor(
    private readonly look: Look,
    private readonly patient: string | undefined,
  ) {}

  add({ header, size }: Glanced & { readonly kind: 'instance' }): void {
    const uid = header.studyInstanceUid
    const study = this.found.get(uid) ?? this.begin(uid, header)
    study.series.add(header.seriesInstanceUid)
    study.sops.add(header.sopInstanceUid)
    if (header.modality !== '') study.modalities.add(header.modality)
    study.bytes += size
  }

  private begin(uid: string, header: (Glanced & { readonly kind: 'instance' })['header']): Found {
    const begun: Found = {
      study: {
        studyInstanceUid: uid,
        description: header.studyDescription,
        ...(header.started !== undefined && { started: header.started }),
        dicomPatient: { id: header.patient.id, name: displayPersonName(header.patient.name), birthDate: header.patient.birthDate },
      },
      series: new Set(), modalities: new Set(), sops: new Set(), bytes: 0, here: 0, owner: 'nobody',
    }
    this.found.set(uid, begun)
    return begun
  }

  /** Asks what the practice knows of them. */
  async settle(): Promise<void> {
    for (const [uid, found] of this.found) {
      const here = await this.look.here(uid)
      found.here = [...found.sops].filter((sop) => here.has(sop)).length
      found.owner = await this.look.owner(found.study.dicomPatient, this.patient)
    }
  }

  /** The newest first. */
  studies(): FoundStudy[] {
    return [...this.found.values()]
      .map(({ study, series, modalities, sops, bytes, here, owner }) => ({ ...study, modalities: [...modalities].sort(), series: series.size, images: sops.size, bytes, here, owner }))
      .sort((one, other) => ((one.started ?? '') < (other.started ?? '') ? 1 : -1))
  }
}
