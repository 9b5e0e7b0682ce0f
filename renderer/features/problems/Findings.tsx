import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { problemList as words } from '../../../resources/locales/en/problemList'
import type { Certainty, ConceptCoding, FindingEntry, FindingKind, PatientSummary } from '../../../shared/contract'
import { conceptKey } from '../../../shared/records/condition/condition'
import { newKey, useAct, useAnswer } from '../../client'
import { Button, Dialog, Form, Mark, ProblemNotice, TextField, useDraft, Waiting, wording } from '../../components'
import { CodePicker, ConceptWords } from '../codes'
import './problems.css'

const t = wording(words)

const kinds = ['symptom', 'diagnosis'] as const

/** A finding that is chosen and not saved yet. */
interface Chosen {
  readonly kind: FindingKind
  readonly concept: ConceptCoding
  readonly certainty: Certainty
  /** It is to be a problem of the list as well. */
  readonly isKept: boolean
}

interface Draft {
  readonly key: string
  readonly chosen: readonly Chosen[]
}

const nothing = (): Draft => ({ key: newKey(), chosen: [] })

interface Props {
  readonly patient: PatientSummary
  readonly encounter: string
  /** Whether the visit is under way and the person may write in it. */
  readonly mayWrite: boolean
}

/** Symptoms and diagnoses of a visit: what is recorded, and the form for more. */
export const Findings = ({ patient, encounter, mayWrite }: Props) => {
  const { value: list, problem, refresh, loading } = useAnswer('listFindings', { patient: patient.id, encounter })
  const [mistake, setMistake] = useState<FindingEntry | null>(null)
  return (
    <section className="findings" aria-labelledby="findings-title">
      <h3 id="findings-title">{t('findings')}</h3>
      {problem && !list ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {loading ? <Waiting>{common.waiting}</Waiting> : null}
      {list?.length === 0 && !mayWrite ? <p className="faint">{t('findings.none')}</p> : null}
      {list && list.length > 0 ? (
        <div className="findings-kinds">
          {kinds.map((kind) => (
            <div key={kind}>
              <h3>{t(kind === 'symptom' ? 'findings.symptoms' : 'findings.diagnoses')}</h3>
              {list.every((one) => one.kind !== kind) ? <p className="faint">{t('findings.none')}</p> : null}
              <ul>
                {list
                  .filter((one) => one.kind === kind)
                  .map((one) => (
                    <li key={one.id} className="findings-line">
                      <ConceptWords concept={one.concept} />
                      {one.certainty === 'provisional' ? <Mark sign="?">{t('provisional')}</Mark> : null}
                      {mayWrite ? (
                        <Button kind="quiet" aria-label={t('findings.withdraw', { problem: one.concept.display })} onClick={() => setMistake(one)}>
                          {t('findings.withdraw.short')}
                        </Button>
                      ) : null}
                    </li>
                  ))}
              </ul>
            </div>
          ))}
        </div>
      ) : null}
      {mayWrite && list ? <FindingsForm patient={patient} encounter={encounter} recorded={list} /> : null}
      {mistake ? <MistakeDialog patient={patient.id} encounter={encounter} finding={mistake} onClose={() => setMistake(null)} /> : null}
    </section>
  )
}

const lineKey = ({ kind, concept }: Pick<Chosen, 'kind' | 'concept'>): string => `${kind} ${conceptKey(concept)}`

const FindingsForm = ({ patient, encounter, recorded }: { readonly patient: PatientSummary; readonly encounter: string; readonly recorded: readonly FindingEntry[] }) => {
  const [draft, setDraft, clear] = useDraft<Draft>(`findings:${encounter}`, nothing)
  const [tried, setTried] = useState(false)
  const [saved, setSaved] = useState(false)
  const problems = useAnswer('listProblems', { patient: patient.id })
  const [record, recording] = useAct('recordFindings')
  const [addProblem, adding] = useAct('addProblem')
  const isBusy = recording.busy || adding.busy
  const there = problems.value?.filter(({ status }) => status === 'active') ?? []
  const takenAs = (kind: FindingKind) => new Set([...recorded, ...draft.chosen].filter((one) => one.kind === kind).map(({ concept }) => conceptKey(concept)))
  const diagnoses = takenAs('diagnosis')
  const offered = there.filter(({ concept }) => !diagnoses.has(conceptKey(concept)))
  const listed = new Set(there.map(({ concept }) => conceptKey(concept)))

  const choose = (one: Chosen) => {
    setSaved(false)
    setDraft((before) => (before.chosen.some((each) => lineKey(each) === lineKey(one)) ? before : { ...before, chosen: [...before.chosen, one] }))
  }
  const change = (one: Chosen, part: Partial<Chosen>) => setDraft((before) => ({ ...before, chosen: before.chosen.map((each) => (lineKey(each) === lineKey(one) ? { ...each, ...part } : each)) }))
  const remove = (one: Chosen) => setDraft((before) => ({ ...before, chosen: before.chosen.filter((each) => lineKey(each) !== lineKey(one)) }))

  const save = async () => {
    setTried(true)
    if (isBusy || draft.chosen.length === 0) return
    const answer = await record({ key: draft.key, patient: patient.id, encounter, findings: draft.chosen.map(({ kind, concept, certainty }) => ({ kind, concept, certainty })) })
    if (!answer.ok) return
    for (const [place, { concept, certainty, isKept }] of draft.chosen.entries()) {
      if (!isKept) continue
      const kept = await addProblem({ key: `${draft.key}-${place}`.slice(-64), patient: patient.id, concept, certainty })
      // It is on the list already: somebody else was quicker.
      if (!kept.ok && kept.problem.kind !== 'conflict') return
    }
    clear()
    setTried(false)
    setSaved(true)
  }
  const refused = recording.problem ?? (adding.problem?.kind === 'conflict' ? undefined : adding.problem)
  return (
    <Form className="findings-form" onSave={() => void save()}>
      <div className="findings-kinds">
        <CodePicker label={t('findings.symptom')} use="symptom" taken={takenAs('symptom')} onPick={(concept) => choose({ kind: 'symptom', concept, certainty: 'confirmed', isKept: false })} error={tried && draft.chosen.length === 0 ? t('findings.fault') : undefined} />
        <div>
          <CodePicker label={t('findings.diagnosis')} use="diagnosis" taken={diagnoses} onPick={(concept) => choose({ kind: 'diagnosis', concept, certainty: 'confirmed', isKept: false })} />
          {offered.length > 0 ? (
            <div role="group" aria-label={t('findings.offered')}>
              <h3>{t('findings.offered')}</h3>
              <div className="findings-offers">
                {offered.map(({ id, concept, certainty }) => (
                  <Button key={id} aria-label={t('findings.offer', { problem: concept.display })} onClick={() => choose({ kind: 'diagnosis', concept, certainty, isKept: false })}>
                    + <span dir="auto">{concept.display}</span>
                  </Button>
                ))}
              </div>
            </div>
          ) : null}
        </div>
      </div>
      {draft.chosen.length > 0 ? (
        <section aria-label={t('findings.chosen')}>
          <h3>{t('findings.chosen')}</h3>
          <ul>
            {draft.chosen.map((one) => (
              <li key={lineKey(one)} className="findings-line">
                <Mark tone="accent">{t(one.kind === 'symptom' ? 'findings.symptom' : 'findings.diagnosis')}</Mark>
                <ConceptWords concept={one.concept} />
                {one.kind === 'diagnosis' ? (
                  <label className="findings-check">
                    <input type="checkbox" checked={one.certainty === 'provisional'} aria-label={t('findings.suspected', { problem: one.concept.display })} onChange={(event) => change(one, { certainty: event.target.checked ? 'provisional' : 'confirmed' })} />
                    <span>{t('provisional')}</span>
                  </label>
                ) : null}
                {one.kind === 'diagnosis' && !listed.has(conceptKey(one.concept)) ? (
                  <label className="findings-check">
                    <input type="checkbox" checked={one.isKept} aria-label={t('findings.keep', { problem: one.concept.display })} onChange={(event) => change(one, { isKept: event.target.checked })} />
                    <span>{t('findings.keep.short')}</span>
                  </label>
                ) : null}
                <Button kind="quiet" aria-label={t('findings.remove', { problem: one.concept.display })} onClick={() => remove(one)}>
                  {t('findings.remove.short')}
                </Button>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {refused ? <ProblemNotice problem={refused} /> : null}
      <div className="problem-row">
        <Button kind={draft.chosen.length > 0 ? 'main' : 'plain'} type="submit" busy={isBusy} {...(draft.chosen.length > 0 ? { keys: 'Ctrl+Enter' } : {})}>
          {t('findings.save')}
        </Button>
        <span role="status">{saved ? t('findings.saved') : ''}</span>
      </div>
    </Form>
  )
}

const MistakeDialog = ({ patient, encounter, finding, onClose }: { readonly patient: string; readonly encounter: string; readonly finding: FindingEntry; readonly onClose: () => void }) => {
  const [why, setWhy, clear] = useDraft(`finding-mistake:${finding.id}`, '')
  const [tried, setTried] = useState(false)
  const [withdraw, { busy, problem }] = useAct('withdrawFinding')
  const save = async () => {
    setTried(true)
    if (busy || why.trim() === '') return
    if (!(await withdraw({ patient, encounter, finding: finding.id, why })).ok) return
    clear()
    onClose()
  }
  return (
    <Dialog title={t('findings.withdraw', { problem: finding.concept.display })} closeLabel={common.close} onClose={onClose} onSubmit={() => void save()} save={{ label: t('withdraw.save'), busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <p>{t('withdraw.text')}</p>
        <TextField label={t('withdraw.why')} value={why} maxLength={200} onText={setWhy} error={tried && why.trim() === '' ? t('withdraw.why.fault') : undefined} data-autofocus dir="auto" />
      </div>
    </Dialog>
  )
}
