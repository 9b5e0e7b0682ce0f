import { useState } from 'react'
import type { DraftReading, ProfileDraft, SavedProfile } from '../../../shared/contract'
import { useAct } from '../../client'
import { Button, Notice, Panel, ProblemNotice, say, TextField } from '../../components'
import { idOf, type Work } from './draft'
import { t } from './words'

interface Props {
  readonly work: Work & { readonly recording: Uint8Array<ArrayBuffer>; readonly draft: ProfileDraft }
  readonly reading: DraftReading | undefined
  readonly onChange: (part: Partial<Work>) => void
}

/** What the profile is called; then it is written. */
export const NamePanel = ({ work, reading, onChange }: Props) => {
  const [save, { busy, problem }] = useAct('saveProfile')
  const [tried, setTried] = useState(false)
  const id = idOf(work)
  const faults = reading?.faults ?? []
  const isNamed = work.draft.tests.every(({ name, unit, loinc }) => name.trim() !== '' && unit.trim() !== '' && (loinc === undefined || /^\d{1,7}-\d$/.test(loinc)))
  const missing = [...faults, ...(isNamed || faults.includes('codes-open') ? [] : (['codes-open'] as const))]
  const filled = (text: string) => (tried && text.trim() === '' ? t('save.fault') : undefined)
  const submit = async () => {
    setTried(true)
    const { recording, draft, serial, maker, model, reportTitle } = work
    if (busy || !reading || missing.length > 0 || !/^[a-z0-9-]{2,60}$/.test(id) || [maker, model, reportTitle].some((text) => text.trim() === '')) return
    const answer = await save({ recording, draft, id, serial, maker: maker.trim(), model: model.trim(), reportTitle: reportTitle.trim() })
    if (answer.ok) onChange({ saved: answer.value })
  }
  if (work.saved) return <Saved saved={work.saved} work={work} />
  return (
    <Panel id="workbench-name" title={t('save')}>
      <div className="workbench-row">
        <TextField label={t('save.maker')} value={work.maker} maxLength={100} error={filled(work.maker)} onText={(maker) => onChange({ maker })} />
        <TextField label={t('save.model')} value={work.model} maxLength={100} error={filled(work.model)} onText={(model) => onChange({ model })} />
        <TextField label={t('save.title')} value={work.reportTitle} maxLength={100} error={filled(work.reportTitle)} onText={(reportTitle) => onChange({ reportTitle })} />
        <TextField label={t('save.id')} hint={t('save.id.hint')} value={id} maxLength={60} error={tried && !/^[a-z0-9-]{2,60}$/.test(id) ? t('save.fault.id') : undefined} onText={(text) => onChange({ id: text === '' ? undefined : text })} />
      </div>
      {missing.length > 0 ? (
        <Notice title={t('save.missing')} role="status">
          <ul>
            {missing.map((fault) => (
              <li key={fault}>{t(`fault.${fault}`)}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      <div>
        <Button kind="main" busy={busy} disabled={!reading || missing.length > 0} onClick={() => void submit()}>
          {t('save.do')}
        </Button>
      </div>
      {problem ? <ProblemNotice problem={problem} /> : null}
    </Panel>
  )
}

/** The profile is there: the device can be paired at once. */
const Saved = ({ saved: { profile, folder, isTested }, work }: { readonly saved: SavedProfile; readonly work: Work }) => {
  const [pair, { busy, problem }] = useAct('pairDevice')
  const [name, setName] = useState(`${profile.maker} ${profile.model}`)
  const [place, setPlace] = useState('')
  const [path, setPath] = useState(work.path ?? '')
  const [isPaired, setPaired] = useState(false)
  const submit = async () => {
    if (busy || name.trim() === '' || path.trim() === '') return
    const answer = await pair({ name: name.trim(), profile: profile.id, path: path.trim(), place: place.trim(), serial: profile.serial })
    if (!answer.ok) return
    setPaired(true)
    say(t('paired', { name: name.trim() }))
  }
  return (
    <Panel id="workbench-name" title={t('saved')}>
      <p role="status">
        {t('saved.text', { maker: profile.maker, model: profile.model, folder })} {isTested ? t('saved.tested') : t('saved.untested')}
      </p>
      {isPaired ? (
        <p>{t('paired', { name })}</p>
      ) : (
        <div className="workbench-row">
          <TextField label={t('pair.name')} value={name} maxLength={200} onText={setName} />
          <TextField label={t('pair.place')} optional={t('optional')} value={place} maxLength={200} onText={setPlace} />
          <TextField label={t('pair.path')} value={path} maxLength={500} onText={setPath} />
          <Button kind="main" busy={busy} disabled={name.trim() === '' || path.trim() === ''} onClick={() => void submit()}>
            {t('pair')}
          </Button>
        </div>
      )}
      {problem ? <ProblemNotice problem={problem} /> : null}
    </Panel>
  )
}
