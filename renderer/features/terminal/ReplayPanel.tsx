import { useEffect, useRef, useState } from 'react'
import type { Answer, ReplayedResult, ReplayState } from '../../../shared/contract'
import { clinic, useAct, usePractice } from '../../client'
import { Button, Choice, formatDayTime, Mark, Panel, ProblemNotice, Progress, ScrollRegion } from '../../components'
import { unitOf, valueOf, vitalName } from '../language'
import { PieceLog } from './PieceLog'
import { addPieces, clockOf, type Row } from './rows'
import { t } from './words'

/** How often a replay is asked how far it is. */
const askMs = 200
/** What is held of it in the window. */
const mostRows = 800
const mostResults = 300

interface Played {
  readonly state: ReplayState
  readonly rows: readonly Row[]
  readonly results: readonly ReplayedResult[]
  readonly count: number
}

const added = (before: Played | undefined, state: ReplayState): Played => {
  const results = [...(before?.results ?? []), ...state.results].filter(({ kind }, index, all) => kind !== 'stream' || index === all.length - 1)
  return {
    state,
    rows: addPieces(before?.rows ?? [], state.pieces).slice(-mostRows),
    results: results.slice(-mostResults),
    count: Math.max(before?.count ?? 0, state.results.at(-1)?.number ?? 0),
  }
}

const speeds = () => (['1', '100'] as const).map((value) => ({ value, label: t(`replay.speed.${value}`) }))
const intoOptions = () => (['view', 'training'] as const).map((value) => ({ value, label: t(`replay.into.${value}`) }))

/** Plays a line's recording again, or one out of a file: the same bytes through the same parsers. Without a line: files only. */
export const ReplayPanel = ({ line }: { readonly line?: string }) => {
  const practice = usePractice()
  const isTraining = practice?.state === 'open' && practice.practice.training
  const [speed, setSpeed] = useState<'1' | '100'>('1')
  const [into, setInto] = useState<'view' | 'training'>('view')
  const [played, setPlayed] = useState<Played>()
  const [start, starting] = useAct('startReplay')
  const [startFile, startingFile] = useAct('replayFile')
  const input = useRef<HTMLInputElement>(null)
  const replay = played?.state.replay
  // What was played last may not have fitted into the last answer.
  const isOver = !played || (played.state.isOver && played.state.pieces.length === 0 && played.state.results.length === 0)
  const last = useRef({ piece: 0, result: 0 })
  useEffect(() => {
    if (replay === undefined || isOver) return
    const timer = setInterval(() => {
      const { piece, result } = last.current
      void clinic.readReplay({ replay, afterPiece: piece, afterResult: result }).then((answer) => {
        // The answer to an earlier question, or to one about another replay, tells nothing new.
        if (!answer.ok || last.current.piece !== piece || last.current.result !== result) return
        last.current = { piece: answer.value.pieces.at(-1)?.number ?? piece, result: answer.value.results.at(-1)?.number ?? result }
        setPlayed((before) => (before?.state.replay === replay ? added(before, answer.value) : before))
      })
    }, askMs)
    return () => clearInterval(timer)
  }, [replay, isOver])
  useEffect(() => () => (replay === undefined ? undefined : void clinic.stopReplay({ replay })), [replay])
  const begin = (answer: Answer<ReplayState>) => {
    if (!answer.ok) return
    last.current = { piece: answer.value.pieces.at(-1)?.number ?? 0, result: answer.value.results.at(-1)?.number ?? 0 }
    setPlayed(added(undefined, answer.value))
  }
  const how = { speed: speed === '1' ? 1 : 100, into } as const
  const problem = starting.problem ?? startingFile.problem
  return (
    <Panel id="terminal-replay" title={t('replay')}>
      <p className="faint">{t('replay.lead')}</p>
      <div className="terminal-choices">
        <Choice label={t('replay.speed')} value={speed} options={speeds()} onChoose={setSpeed} />
        {isTraining ? <Choice label={t('replay.into')} value={into} options={intoOptions()} onChoose={setInto} /> : null}
        {line === undefined ? null : (
          <Button busy={starting.busy} onClick={() => void start({ line, ...how }).then(begin)}>
            {t('replay.start')}
          </Button>
        )}
        <Button busy={startingFile.busy} onClick={() => input.current?.click()}>
          {t('replay.file')}
        </Button>
        <input
          ref={input}
          type="file"
          accept=".json"
          className="visually-hidden"
          tabIndex={-1}
          aria-label={t('replay.file')}
          onChange={({ target }) => {
            const file = target.files?.[0]
            target.value = ''
            if (file) void file.arrayBuffer().then((bytes) => startFile({ file: new Uint8Array(bytes), ...how })).then(begin)
          }}
        />
        {played && !isOver ? <Button onClick={() => setPlayed(undefined)}>{t('replay.stop')}</Button> : null}
      </div>
      {problem ? <ProblemNotice problem={problem} /> : null}
      {played ? <PlayedView played={played} /> : null}
    </Panel>
  )
}

const PlayedView = ({ played: { state, rows, results, count } }: { readonly played: Played }) => {
  const where = t('replay.at', { at: `${formatDayTime(state.at).split(' ')[0]} ${clockOf(state.at)}`, done: state.done, of: state.of })
  return (
    <>
      <Progress label={where} done={state.done} of={state.of} />
      <p role="status">{state.isOver ? t('replay.over', { bytes: state.bytes, count }) : where}</p>
      {state.isCut ? <p className="faint">{t('replay.cut')}</p> : null}
      <h3>{t('replay.results')}</h3>
      {results.length === 0 ? <p className="faint">{t('replay.results.none')}</p> : null}
      <ScrollRegion className="replay-results" aria-label={t('replay.results')}>
        <ol>
          {results.map((result) => (
            <li key={result.number}>
              <time dateTime={result.at}>{clockOf(result.at)}</time> <Result result={result} />
            </li>
          ))}
        </ol>
      </ScrollRegion>
      <h3>{t('replay.pieces')}</h3>
      <PieceLog rows={rows} shown="text" label={t('replay.pieces')} follows />
    </>
  )
}

type Values = Extract<ReplayedResult, { values: unknown }>['values']

const valuesText = (values: Values): string => values.map(({ code, value }) => `${vitalName(code)} ${valueOf(code, value)} ${unitOf(code)}`).join(' · ')

const Result = ({ result }: { readonly result: ReplayedResult }) => {
  switch (result.kind) {
    case 'sample':
      return (
        <>
          <strong>{result.accession === '' ? t('result.sample.none') : t('result.sample', { accession: result.accession })}</strong>{' '}
          {result.isQualityControl ? <Mark>{t('result.control')}</Mark> : null} {result.isWhole ? null : <Mark sign="!" tone="abnormal">{t('result.part')}</Mark>}
          <div>{result.results.map(({ name, text, unit, flag }) => [name, text, unit ?? '', flag ?? ''].filter((part) => part !== '').join(' ')).join(' · ')}</div>
        </>
      )
    case 'measurement':
      return (
        <>
          <strong>{t('result.measurement')}</strong> {valuesText(result.values)}
        </>
      )
    case 'stream':
      return (
        <>
          <strong>{t('result.stream')}</strong> {result.values.length === 0 ? t('result.stream.none') : valuesText(result.values)}
        </>
      )
    case 'unreadable':
      return <Mark sign="!" tone="abnormal">{t('result.unreadable')}</Mark>
    case 'refused':
      return <span className="faint">{t('result.refused', { why: result.why })}</span>
  }
}
