import { useState } from 'react'
import type { FoundStudy, ImportProgress } from '../../../../shared/contract'
import { Button, Mark } from '../../../components'
import { inFileWords, nameOfStudy, whenOf } from '../words'
import { LeftOutList } from './LeftOutList'
import { sizeWords, words } from './words'

interface Props {
  readonly progress: ImportProgress
  readonly onChoose: (studies: readonly string[]) => Promise<void>
  readonly onCancel: () => Promise<void>
}

/** What is ticked at first: this patient's, and of these what is not here yet. */
const firstChoice = (found: readonly FoundStudy[]): ReadonlySet<string> =>
  new Set(found.flatMap(({ owner, here, images, studyInstanceUid }) => (owner === 'this' && here < images ? [studyInstanceUid] : [])))

const hereWords = ({ here, images }: FoundStudy): string | undefined => (here === 0 ? undefined : here >= images ? words('found.here.all') : words('found.here.some', { here }))

/** The studies on a disc, for a person to choose from; nothing has been copied yet. */
export const FoundStudies = ({ progress, onChoose, onCancel }: Props) => {
  const { found } = progress
  const [chosen, setChosen] = useState(() => firstChoice(found))
  const [busy, setBusy] = useState(false)
  const turn = (study: string, on: boolean) => {
    const next = new Set(chosen)
    if (on) next.add(study)
    else next.delete(study)
    setChosen(next)
  }
  const act = async (work: Promise<void>) => {
    setBusy(true)
    await work
    setBusy(false)
  }
  const mine = found.filter(({ owner }) => owner === 'this')
  const title = found.length === 1 ? words('found.one') : words('found', { count: found.length })
  return (
    <section className="import-found" data-import="choosing" aria-label={title}>
      <div className="import-found-head">
        <h3 role="status">{title}</h3>
        <p>{words('found.text')}</p>
      </div>
      <div className="import-reasons" tabIndex={0} role="region" aria-label={title}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{words('found.take')}</th>
              <th scope="col">{words('found.date')}</th>
              <th scope="col">{words('found.what')}</th>
              <th scope="col">{words('found.inFile')}</th>
              <th scope="col">{words('found.images')}</th>
              <th scope="col">{words('found.where')}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((study) => (
              <tr key={study.studyInstanceUid} data-study={study.studyInstanceUid} data-owner={study.owner}>
                <td>
                  <label className="import-tick">
                    <input
                      type="checkbox"
                      checked={chosen.has(study.studyInstanceUid)}
                      onChange={({ target }) => turn(study.studyInstanceUid, target.checked)}
                      aria-label={words('found.choose', { study: `${nameOfStudy(study)} ${whenOf(study.started)}` })}
                    />
                  </label>
                </td>
                <td className="imaging-when">{whenOf(study.started)}</td>
                <td>
                  {nameOfStudy(study)}
                  {study.description !== '' && study.modalities.length > 0 ? ` (${study.modalities.join(', ')})` : ''}
                </td>
                <td>{inFileWords(study)}</td>
                <td>
                  {words('found.images.count', { images: study.images, series: study.series, size: sizeWords(study.bytes) })}
                  {hereWords(study) ? <div className="faint">{hereWords(study)}</div> : null}
                </td>
                <td>
                  <Mark tone={study.owner === 'this' ? 'done' : 'abnormal'} sign={study.owner === 'this' ? '✓' : '!'}>
                    {words(`found.owner.${study.owner}`)}
                  </Mark>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <LeftOutList progress={progress} />
      <div className="acts">
        <Button kind="main" disabled={chosen.size === 0} busy={busy} onClick={() => void act(onChoose([...chosen]))}>
          {chosen.size === 1 ? words('found.import.one') : words('found.import', { count: chosen.size })}
        </Button>
        <Button disabled={busy} onClick={() => setChosen(new Set(found.map(({ studyInstanceUid }) => studyInstanceUid)))}>
          {words('found.all')}
        </Button>
        {mine.length > 0 && mine.length < found.length ? (
          <Button disabled={busy} onClick={() => setChosen(new Set(mine.map(({ studyInstanceUid }) => studyInstanceUid)))}>
            {words('found.mine')}
          </Button>
        ) : null}
        <Button kind="quiet" disabled={busy} onClick={() => void act(onCancel())}>
          {words('found.cancel')}
        </Button>
      </div>
    </section>
  )
}
