import { useEffect, useRef, useState } from 'react'
import { codes as words } from '../../../resources/locales/en/codes'
import { common } from '../../../resources/locales/en/common'
import { mostConceptsAtOnce } from '../../../shared/contract'
import { newKey, useAct } from '../../client'
import { Button, Dialog, ProblemNotice, say, TextField, useDraft, wording } from '../../components'
import { largestFile, mostCodes, readCodes, type ReadCodes, type ReadFault } from './readCodes'

const t = wording(words)

/** Codes and faults that are shown of a file. */
const shown = { codes: 8, faults: 6 }

type Reading =
  | { readonly state: 'none' }
  | { readonly state: 'reading'; readonly name: string; readonly count: number }
  | { readonly state: 'refused'; readonly words: string }
  | { readonly state: 'read'; readonly name: string; readonly key: string; readonly read: ReadCodes }

interface Form {
  readonly title: string
  readonly version: string
  readonly system: string
  readonly licence: string
}

const empty: Form = { title: '', version: '', system: '', licence: '' }

/** What a file says of itself. */
const formOf = ({ about: { title = '', version = '', system = '', licence = '' } }: ReadCodes): Form => ({
  title: title.slice(0, 200), version: version.slice(0, 200), system: system.slice(0, 300), licence: licence.slice(0, 200),
})

const faultWords = ({ row, fault, code }: ReadFault): string => t(`import.fault.${fault}`, { row, code: code ?? '' })

/** A list of codes from a file: read here, looked at, named, and only then kept. */
export const ImportDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const [reading, setReading] = useState<Reading>({ state: 'none' })
  // The file itself cannot be kept: what was typed comes back when the same one is chosen again.
  const [draft, setDraft, clear] = useDraft<{ readonly file: string; readonly form: Form }>('code-set-import', { file: '', form: empty })
  const [tried, setTried] = useState(false)
  const [kept, setKept] = useState<number | null>(null)
  /** Which file is wanted; another one, or none, ends the reading of the one before. */
  const wanted = useRef(0)
  const [keep, keeping] = useAct('keepCodes')
  const [finish, finishing] = useAct('finishCodeSet')
  useEffect(() => () => void (wanted.current += 1), [])

  const choose = async (file: File | undefined) => {
    if (!file) return
    const mine = (wanted.current += 1)
    const isWanted = () => wanted.current === mine
    if (file.size > largestFile * 1e6) {
      setReading({ state: 'refused', words: t('import.tooLarge', { name: file.name, limit: largestFile }) })
      return
    }
    setReading({ state: 'reading', name: file.name, count: 0 })
    const text = await file.text().catch(() => undefined)
    if (!isWanted()) return
    if (text === undefined) {
      setReading({ state: 'refused', words: t('import.unreadable', { name: file.name }) })
      return
    }
    const read = await readCodes(text, { isWanted, onProgress: (count) => isWanted() && setReading({ state: 'reading', name: file.name, count }) })
    if (!read || !isWanted()) return
    if (read.concepts.length === 0) {
      setReading({ state: 'refused', words: t('import.nothing', { name: file.name, kind: t(`import.kind.${read.kind}`) }) })
      return
    }
    setReading({ state: 'read', name: file.name, key: newKey(), read })
  }
  const stop = () => {
    wanted.current += 1
    setReading({ state: 'none' })
  }

  const form = reading.state !== 'read' ? empty : draft.file === reading.name ? draft.form : formOf(reading.read)
  const isSystem = /^(https?:\/\/|urn:)\S+$/.test(form.system.trim())
  const isBusy = kept !== null
  const save = async () => {
    setTried(true)
    if (isBusy || reading.state !== 'read' || form.title.trim() === '' || form.version.trim() === '' || !isSystem) return
    const { key, read } = reading
    const mine = wanted.current
    const parts = Math.ceil(read.concepts.length / mostConceptsAtOnce)
    setKept(0)
    for (let place = 0; place < parts; place += 1) {
      const concepts = read.concepts.slice(place * mostConceptsAtOnce, (place + 1) * mostConceptsAtOnce).map(({ code, display, terms }) => ({ code, display, terms: [...terms] }))
      if (!(await keep({ key, place, concepts })).ok) {
        setKept(null)
        return
      }
      // Closed meanwhile: what was kept of it is no code set, and is never offered.
      if (wanted.current !== mine) return
      setKept(Math.min(read.concepts.length, (place + 1) * mostConceptsAtOnce))
    }
    const answer = await finish({ key, parts, concepts: read.concepts.length, system: form.system, version: form.version, title: form.title, licence: form.licence })
    setKept(null)
    if (!answer.ok) return
    clear()
    say(t('import.saved', { title: form.title }))
    onClose()
  }
  const isThere = finishing.problem?.kind === 'name-taken'
  const refused = keeping.problem ?? (isThere ? undefined : finishing.problem)
  const put = (change: Partial<Form>) => reading.state === 'read' && setDraft({ file: reading.name, form: { ...form, ...change } })
  return (
    <Dialog
      title={t('import.title')}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      width={680}
      {...(reading.state === 'read' ? { save: { label: t('import.save'), busy: isBusy } } : {})}
    >
      <div className="stack">
        {refused ? <ProblemNotice problem={refused} /> : null}
        <div className="field">
          <label className="field-label" htmlFor="code-file">
            {t('import.file')}
          </label>
          <input id="code-file" type="file" accept=".csv,.tsv,.txt,.xml,.json" disabled={isBusy} aria-describedby="code-file-hint" onChange={(event) => void choose(event.target.files?.[0])} data-autofocus />
          <div className="field-hint" id="code-file-hint">
            {t('import.file.hint', { limit: largestFile })}
          </div>
        </div>
        <div role="status">
          {reading.state === 'reading' ? t('import.reading', { name: reading.name, count: reading.count }) : null}
          {kept !== null && reading.state === 'read' ? t('import.saving', { done: kept, count: reading.read.concepts.length }) : null}
        </div>
        {reading.state === 'reading' ? <Button onClick={stop}>{t('import.cancel')}</Button> : null}
        {reading.state === 'refused' ? <p role="alert">{reading.words}</p> : null}
        {reading.state === 'read' ? <Preview name={reading.name} read={reading.read} /> : null}
        {reading.state === 'read' ? (
          <>
            <TextField label={t('import.name')} hint={t('import.name.hint')} value={form.title} maxLength={200} onText={(title) => put({ title })} error={tried && form.title.trim() === '' ? t('import.fault.name') : undefined} dir="auto" />
            <TextField
              label={t('import.version')}
              hint={t('import.version.hint')}
              value={form.version}
              maxLength={200}
              onText={(version) => put({ version })}
              error={tried && form.version.trim() === '' ? t('import.fault.version') : isThere ? t('import.exists') : undefined}
              dir="auto"
            />
            <TextField label={t('import.system')} hint={t('import.system.hint')} value={form.system} maxLength={300} onText={(system) => put({ system })} error={tried && !isSystem ? t('import.fault.system') : undefined} />
            <TextField label={t('import.licence')} hint={t('import.licence.hint')} optional={common.optional} value={form.licence} maxLength={200} onText={(licence) => put({ licence })} dir="auto" />
          </>
        ) : null}
      </div>
    </Dialog>
  )
}

/** What was found in a file, and what cannot be taken in. */
const Preview = ({ name, read: { kind, concepts, faults, faultCount, isCut } }: { readonly name: string; readonly read: ReadCodes }) => (
  <>
    <p>{t('import.found', { count: concepts.length, name, kind: t(`import.kind.${kind}`) })}</p>
    {isCut ? <p role="alert">{t('import.fault.many', { limit: mostCodes })}</p> : null}
    {faultCount > 0 ? (
      <div role="alert">
        <p>{t('import.faults', { count: faultCount })}</p>
        <ul>
          {faults.slice(0, shown.faults).map((fault) => (
            <li key={`${fault.row}-${fault.fault}`}>{faultWords(fault)}</li>
          ))}
        </ul>
        {faultCount > shown.faults ? <p>{t('import.more', { count: faultCount - shown.faults })}</p> : null}
      </div>
    ) : null}
    <table className="table">
      <caption>{t('import.preview')}</caption>
      <tbody>
        {concepts.slice(0, shown.codes).map(({ code, display }) => (
          <tr key={code}>
            <th scope="row">
              <code>{code}</code>
            </th>
            <td dir="auto">{display}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </>
)
