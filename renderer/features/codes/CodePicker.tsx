import { useDeferredValue, useState } from 'react'
import { codes as words } from '../../../resources/locales/en/codes'
import type { CodeUse, ConceptCoding, FoundCode } from '../../../shared/contract'
import { conceptKey } from '../../../shared/records/condition/condition'
import { useAct, useAnswer, useWho } from '../../client'
import { FinderField, Mark, ProblemNotice, wording } from '../../components'
import './codes.css'

const t = wording(words)

/** Fewer letters fit half of every list. */
const fewestLetters = 2

interface Props {
  readonly label: string
  readonly use: CodeUse
  readonly onPick: (concept: ConceptCoding) => void
  /** What is chosen already, by `conceptKey`: shown, and not chosen twice. */
  readonly taken?: ReadonlySet<string>
  readonly error?: string | undefined
  readonly autoFocus?: boolean
}

const bare = ({ system, code, display, version }: ConceptCoding): ConceptCoding => ({ system, code, display, ...(version === undefined ? {} : { version }) })

/** Finds a code by words or code while it is typed; what no list has can be added as a term of the practice's own, on the spot. */
export const CodePicker = ({ label, use, onPick, taken, error, autoFocus }: Props) => {
  const who = useWho()
  const [text, setText] = useState('')
  const [addTerm, adding] = useAct('addTerm')
  const sought = useDeferredValue(text.trim())
  const isSought = sought.length >= fewestLetters
  // Asked with nothing, too: so the host has its lists ready by the time somebody types.
  const answer = useAnswer('searchCodes', { text: isSought ? sought : '', use }, { keepPrevious: true })
  const found: readonly FoundCode[] = isSought ? (answer.value ?? []) : []
  const isSettled = isSought && sought === text.trim() && answer.value !== undefined && !answer.isPrevious
  const isNew = isSettled && (who?.actions.includes('encounter.write') ?? false) && !found.some(({ display }) => display.toLowerCase() === sought.toLowerCase())

  const refused = answer.problem ?? adding.problem
  const add = async () => {
    if (adding.busy) return
    const answered = await addTerm({ text: sought, use })
    if (!answered.ok) return
    if (!taken?.has(conceptKey(answered.value))) onPick(answered.value)
    setText('')
  }
  const take = (row: number) => {
    const one = found[row]
    if (!one) return void add()
    onPick(bare(one))
    setText('')
  }
  const rows = found.map((one) => {
    const isOff = taken?.has(conceptKey(one)) ?? false
    return {
      key: conceptKey(one),
      isOff,
      content: (
        <>
          <span className="code-code">{one.set === undefined ? '' : one.code}</span>
          <span className="finder-words" dir="auto">
            {one.display}
            {one.term ? <span className="faint small"> {t('picker.also', { term: one.term })}</span> : null}
          </span>
          <span className="faint small">{isOff ? t('picker.picked') : (one.set ?? t('picker.own'))}</span>
        </>
      ),
    }
  })
  const newTerm = {
    key: 'new term',
    content: (
      <>
        <span className="code-code" aria-hidden="true">
          +
        </span>
        <span className="finder-words">{t(`picker.add.${use}`, { text: sought })}</span>
      </>
    ),
  }
  return (
    <FinderField
      label={label}
      listLabel={t('picker.list')}
      hint={t('picker.hint')}
      error={error}
      autoFocus={autoFocus}
      text={text}
      onText={setText}
      sought={sought}
      rows={isNew ? [...rows, newTerm] : rows}
      isBehind={!isSettled}
      status={isSettled ? (found.length === 0 ? t('picker.none', { text: sought }) : t('picker.found', { count: found.length })) : ''}
      notice={refused ? <ProblemNotice problem={refused} /> : null}
      onTake={take}
    />
  )
}

/** A code as records show it: its words, its code, and which list it is from. */
export const ConceptWords = ({ concept }: { readonly concept: ConceptCoding }) => (
  <span className="concept">
    <span dir="auto">{concept.display}</span> {concept.system.startsWith('urn:outpost:') ? <Mark>{t('picker.own')}</Mark> : <code className="concept-code">{concept.code}</code>}
  </span>
)
