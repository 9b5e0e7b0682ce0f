import { navigate } from 'wouter/use-hash-location'
import type { PatientSummary, StudyEntry } from '../../../shared/contract'
import { useAnswer, useWho } from '../../client'
import { Button, Empty, ProblemNotice, useScreen, Waiting } from '../../components'
import { FetchImages } from '../files'
import { HistoryButton } from '../history'
import { PriorsElsewhere, SendState, SendStudy, StudyOrigin } from './exchange'
import { ExportStudy } from './export'
import { DropArea } from './import/DropArea'
import { getReady, useReadiness } from './getReady'
import { ImportPanel } from './import/ImportPanel'
import { useImport } from './import/useImport'
import { words } from './import/words'
import { DeleteStudy } from './storage/DeleteStudy'
import { StudyPlace } from './storage/StudyPlace'
import { StudyThumbnail } from './storage/StudyThumbnail'
import { MoveBack, OrdersPanel } from './orders'
import { ReportsPanel } from './report'
import { ViewOutside } from './viewerLink/ViewOutside'
import { nameOfStudy, t, whenOf } from './words'
import './imaging.css'

interface Props {
  readonly patient: Pick<PatientSummary, 'id'>
  /** Opens a study; without it the address of the viewer is gone to. */
  readonly onOpen?: (study: StudyEntry) => void
}

/** The studies on a patient's chart, and the import. */
export const ImagingTab = ({ patient, onOpen }: Props) => {
  const who = useWho()
  const mayImport = who?.actions.includes('imaging.import') ?? false
  const { value: studies, problem, loading, refresh } = useAnswer('listStudies', { patient: patient.id })
  useScreen('imaging', studies !== undefined || problem !== undefined)
  useReadiness(studies?.some(({ here }) => here !== 0) ?? false)
  const { value: where } = useAnswer('studyWhereabouts', { patient: patient.id })
  const { value: pictures } = useAnswer('studyThumbnails', { patient: patient.id })
  const importing = useImport(patient.id, refresh)
  const open = onOpen ?? ((study: StudyEntry) => navigate(`/patients/${patient.id}/imaging/${study.id}`))
  const importButton = mayImport ? (
    <span className="import-buttons">
      <Button kind={studies?.length === 0 ? 'main' : 'plain'} onClick={() => void importing.chooseFolder()} disabled={importing.running} title={words('drop.hint')}>
        {t('import')}
      </Button>
      <Button kind="quiet" onClick={() => void importing.chooseFiles()} disabled={importing.running}>
        {words('files')}
      </Button>
    </span>
  ) : null
  return (
    <DropArea isOff={!mayImport || importing.running} onDrop={(paths) => void importing.drop(paths)}>
      <section className="panel imaging-tab" aria-labelledby="imaging-title">
        <div className="panel-head">
          <h2 id="imaging-title">{t('studies')}</h2>
          <span className="spread" />
          <PriorsElsewhere patient={patient.id} onArrived={refresh} />
          {studies && studies.length > 0 ? importButton : null}
        </div>
        <div className="panel-body">
          <ImportPanel importing={importing} />
          {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
          {loading ? <Waiting>{t('viewer.loading')}</Waiting> : null}
          {studies?.length === 0 && importing.progress?.state !== 'choosing' ? (
            <Empty title={t('studies.empty')} action={importButton}>
              {t('studies.empty.text')}
            </Empty>
          ) : null}
          {studies && studies.length > 0 ? (
            <table className="table imaging-studies">
              <thead>
                <tr>
                  <th scope="col">{t('studies.date')}</th>
                  <th scope="col">{t('studies.what')}</th>
                  <th scope="col">{t('studies.modality')}</th>
                  <th scope="col">{t('studies.images')}</th>
                  <th scope="col">{t('studies.linked')}</th>
                  <td />
                </tr>
              </thead>
              <tbody>
                {studies.map((study) => (
                  <tr key={study.id} data-study={study.studyInstanceUid}>
                    <td className="imaging-when">{whenOf(study.started)}</td>
                    <td>
                      <StudyThumbnail picture={pictures?.[study.id]} />
                      {nameOfStudy(study)}
                      <StudyOrigin source={study.source} />
                    </td>
                    <td>{study.modalities.join(', ')}</td>
                    <td>
                      {t('studies.count', { instances: study.instances, series: study.series })}
                      <StudyPlace patient={patient.id} study={study} name={`${nameOfStudy(study)} ${whenOf(study.started)}`} place={where?.[study.id]} onChanged={refresh} />
                      <FetchImages patient={patient.id} study={study} name={`${nameOfStudy(study)} ${whenOf(study.started)}`} onArrived={refresh} />
                      <SendState study={study} />
                    </td>
                    <td>{study.linkedBy ?? t('studies.byNumber')}</td>
                    <td>
                      <Button onClick={() => open(study)} onPointerEnter={getReady} onFocus={getReady} aria-label={t('studies.open.label', { study: `${nameOfStudy(study)} ${whenOf(study.started)}` })}>
                        {t('studies.open')}
                      </Button>
                      {(study.here ?? 0) < study.instances ? <ViewOutside patient={patient.id} of={{ study: study.id }} name={`${nameOfStudy(study)} ${whenOf(study.started)}`} /> : null}
                      <SendStudy patient={patient.id} study={study} name={`${nameOfStudy(study)} ${whenOf(study.started)}`} />
                      <ExportStudy patient={patient.id} study={study.id} name={`${nameOfStudy(study)} ${whenOf(study.started)}`} />
                      <DeleteStudy patient={patient.id} study={study.id} name={`${nameOfStudy(study)} ${whenOf(study.started)}`} onDeleted={refresh} />
                      <MoveBack patient={patient.id} study={study.id} name={`${nameOfStudy(study)} ${whenOf(study.started)}`} />
                      <HistoryButton patient={patient.id} type="ImagingStudy" record={study.id} what={nameOfStudy(study)} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          ) : null}
        </div>
      </section>
      <ReportsPanel patient={patient.id} />
      <OrdersPanel patient={patient.id} studies={studies ?? []} />
    </DropArea>
  )
}
