import { useEffect, useState } from 'react'
import { common } from '../../../../resources/locales/en/common'
import { reportTemplates } from '../../../../resources/reportTemplates'
import { orderedModalities, reportSections, type KeyImage, type ReportTemplate, type ReportText } from '../../../../shared/contract'
import { newKey, useAct, useAnswer, useWho } from '../../../client'
import { Button, ConfirmDialog, Dialog, Panel, ProblemNotice, SelectField, TextArea, TextField, useDraft } from '../../../components'
import { placesOf } from '../viewer/places'
import type { PaneContext } from '../viewer/parts'
import { ReportCard } from './ReportCard'
import { r } from './words'
import '../export/export.css'
import './report.css'

/** The report beside the images: those that were signed, and the one that is being written. */
export const ReportPanel = ({ pane, onClose }: { readonly pane: PaneContext; readonly onClose: () => void }) => {
  const who = useWho()
  const { value: reports, problem, refresh } = useAnswer('listImagingReports', { patient: pane.patient.id })
  const ofStudy = (reports ?? []).filter(({ studies }) => studies.includes(pane.study.id))
  return (
    <Panel id="imaging-report-panel" title={r('panel')} className="report-panel" actions={<Button onClick={onClose}>{r('panel.close')}</Button>}>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {ofStudy.map((report) => (
        <ReportCard key={report.id} patient={pane.patient} report={report} />
      ))}
      {who?.actions.includes('report.sign') && reports ? <WriteReport key={pane.study.id} pane={pane} /> : null}
    </Panel>
  )
}

interface Draft {
  readonly key: string
  readonly text: ReportText
  /** Annotations that are not attached, though they are key images. */
  readonly leftOut: readonly string[]
  /** The window in which each key image was last looked at, by annotation. */
  readonly windows: Readonly<Record<string, { readonly centre: number; readonly width: number }>>
}
const emptyText: ReportText = { technique: '', findings: '', impression: '' }
const empty = (): Draft => ({ key: newKey(), text: emptyText, leftOut: [], windows: {} })

interface Marked {
  readonly id: string
  readonly words: string
  readonly image: KeyImage
  readonly place: number
}

/** Key images that a person marked in this study. */
const useMarked = ({ patient, study, series }: PaneContext): readonly Marked[] => {
  const { value } = useAnswer('listAnnotations', { patient: patient.id, study: study.id })
  const { places } = placesOf(series)
  return (value ?? [])
    .filter(({ kind, removedBy }) => kind === 'key-image' && removedBy === undefined)
    .map(({ id, place, label }) => {
      const at = places.findIndex(({ sopInstanceUid, frame }) => sopInstanceUid === place.instance && (frame ?? 1) === place.frame)
      return {
        id,
        place: at,
        words: [at < 0 ? r('keyImages.other') : r('keyImages.item', { number: at + 1 }), label].filter(Boolean).join(' · '),
        image: { studyInstanceUid: study.studyInstanceUid, seriesInstanceUid: place.series, sopInstanceUid: place.instance, frame: place.frame, caption: label },
      }
    })
}

const WriteReport = ({ pane }: { readonly pane: PaneContext }) => {
  const { patient, study, series } = pane
  const [draft, setDraft, clear] = useDraft(`imaging-report:${study.id}`, empty)
  const [asking, setAsking] = useState(false)
  const [keeping, setKeeping] = useState(false)
  const [tried, setTried] = useState(false)
  const [sign, { busy, problem }] = useAct('signImagingReport')
  const marked = useMarked(pane)
  const looked = marked.find(({ place }) => place === pane.at)?.id
  const window = pane.shown?.colour ? undefined : pane.shown?.window
  const [centre, width] = [window?.centre, window?.width]
  // A key image is printed as it was read.
  useEffect(() => {
    if (looked === undefined || centre === undefined || width === undefined) return
    setDraft((before) => ({ ...before, windows: { ...before.windows, [looked]: { centre, width } } }))
  }, [looked, centre, width, setDraft])
  const isEmpty = reportSections.every((section) => draft.text[section].trim() === '')
  const write = (section: keyof ReportText, text: string) => setDraft((before) => ({ ...before, text: { ...before.text, [section]: text } }))
  const ask = () => {
    setTried(true)
    if (!isEmpty) setAsking(true)
  }
  const act = async () => {
    const keyImages = marked.filter(({ id }) => !draft.leftOut.includes(id)).map(({ id, image }) => {
      const read = draft.windows[id]
      return read ? { ...image, window: read } : image
    })
    const answer = await sign({ key: draft.key, patient: patient.id, studies: [study.id], text: draft.text, keyImages: keyImages.slice(0, 40) })
    if (answer.ok) clear()
    return answer.ok
  }
  return (
    <section className="report-writing" aria-label={r('write')}>
      <h3>{r('write')}</h3>
      <Templates modality={series.modality} onChoose={({ text }) => setDraft((before) => ({ ...before, text: filledIn(before.text, text) }))} />
      {reportSections.map((section) => (
        <TextArea key={section} label={r(`section.${section}`)} rows={section === 'findings' ? 8 : 3} value={draft.text[section]} onText={(text) => write(section, text)} />
      ))}
      <fieldset className="field">
        <legend className="field-label">{r('keyImages')}</legend>
        {marked.length === 0 ? <p className="faint">{r('keyImages.none')}</p> : null}
        {marked.map(({ id, words, place }) => (
          <div key={id} className="imaging-report-head">
            <label className="export-check">
              <input
                type="checkbox"
                checked={!draft.leftOut.includes(id)}
                onChange={({ target }) => setDraft((before) => ({ ...before, leftOut: target.checked ? before.leftOut.filter((one) => one !== id) : [...before.leftOut, id] }))}
              />
              <span>{words}</span>
            </label>
            {place < 0 ? null : (
              <Button kind="quiet" onClick={() => pane.go(place)}>
                {r('show')}
              </Button>
            )}
          </div>
        ))}
      </fieldset>
      {tried && isEmpty ? (
        <p className="field-error" role="alert">
          {r('sign.fault')}
        </p>
      ) : null}
      <div className="imaging-report-head">
        <Button kind="main" onClick={ask}>
          {r('sign')}
        </Button>
        <Button kind="quiet" disabled={isEmpty} onClick={() => setKeeping(true)}>
          {r('template.keep')}
        </Button>
      </div>
      {asking ? (
        <ConfirmDialog title={r('sign.title')} act={r('sign.act')} leave={r('sign.leave')} onAct={act} onClose={() => setAsking(false)} busy={busy} problem={problem}>
          <p>{r('sign.text')}</p>
        </ConfirmDialog>
      ) : null}
      {keeping ? <KeepTemplate modality={series.modality} text={draft.text} onClose={() => setKeeping(false)} /> : null}
    </section>
  )
}

/** What was typed stays: a template fills what is empty. */
export const filledIn = (typed: ReportText, template: ReportText): ReportText => ({
  technique: typed.technique.trim() === '' ? template.technique : typed.technique,
  findings: typed.findings.trim() === '' ? template.findings : typed.findings,
  impression: typed.impression.trim() === '' ? template.impression : typed.impression,
})

const Templates = ({ modality, onChoose }: { readonly modality: string; readonly onChoose: (template: Pick<ReportTemplate, 'text'>) => void }) => {
  const { value: own } = useAnswer('listReportTemplates')
  const fits = (each: { readonly modality: string }) => each.modality === '' || each.modality === modality
  const offered = [...(own ?? []).filter(fits).map((each) => ({ ...each, label: r('template.own', { name: each.name }) })), ...reportTemplates.filter(fits).map((each) => ({ ...each, label: each.name }))]
  if (offered.length === 0) return null
  return (
    <SelectField
      label={r('template')}
      hint={r('template.replaces')}
      value=""
      options={[{ value: '', label: r('template.none') }, ...offered.map(({ label }, index) => ({ value: String(index), label }))]}
      onChoose={(index) => {
        const chosen = index === '' ? undefined : offered[Number(index)]
        if (chosen) onChoose(chosen)
      }}
    />
  )
}

const KeepTemplate = ({ modality, text, onClose }: { readonly modality: string; readonly text: ReportText; readonly onClose: () => void }) => {
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [save, { busy, problem }] = useAct('saveReportTemplate')
  const known = orderedModalities.find((each) => each === modality) ?? ''
  const submit = async () => {
    setTried(true)
    if (name.trim() === '' || busy) return
    if ((await save({ name, modality: known, text })).ok) onClose()
  }
  return (
    <Dialog title={r('template.keep.title')} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void submit()} save={{ label: r('template.keep.act'), busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <TextField label={r('template.keep.name')} value={name} maxLength={200} onText={setName} error={tried && name.trim() === '' ? r('template.keep.fault') : undefined} data-autofocus />
      </div>
    </Dialog>
  )
}
