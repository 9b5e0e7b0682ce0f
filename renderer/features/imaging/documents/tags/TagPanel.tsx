import { useDeferredValue, useMemo, useState } from 'react'
import { Button, Notice, Panel, ProblemNotice, ScrollRegion, TextField, Waiting } from '../../../../components'
import type { PaneContext } from '../../viewer/parts'
import { Apart } from '../Apart'
import { endWords } from '../endWords'
import { useReading } from '../useReading'
import { d } from '../words'
import type { TagRow } from './rows'
import { useRows } from './useRows'
import '../documents.css'

interface Props {
  readonly pane: PaneContext
  readonly onClose: () => void
}

/** Lines that stand in the page at once; a file of thousands of frames has tens of thousands. */
const atOnce = 400

/** Every element of the file on the glass. */
export const TagPanel = ({ pane: { patient, study, place, at }, onClose }: Props) => (
  <Panel id="imaging-tags" title={d('tags')} className="tags" actions={<Button onClick={onClose}>{d('tags.close')}</Button>}>
    {place ? (
      <Apart className="tags-body">
        <p className="faint">{d('tags.of', { number: at + 1 })}</p>
        <TagList key={place.sopInstanceUid} patient={patient.id} study={study.id} instance={place.sopInstanceUid} />
      </Apart>
    ) : null}
  </Panel>
)

const TagList = (ask: { readonly patient: string; readonly study: string; readonly instance: string }) => {
  const file = useReading(ask)
  const [words, setWords] = useState('')
  const [lines, setLines] = useState(atOnce)
  const asked = useDeferredValue(words)
  const { rows, filter } = useRows(file.reading)
  const found = useMemo(() => filter(asked), [filter, asked])
  const ends = endWords(file)
  if (file.problem) return <ProblemNotice problem={file.problem} onAgain={file.again} />
  if (file.isUnreadable) return <Notice tone="abnormal" title={d('unreadable')} />
  if (!rows) return <Waiting>{d('tags.opening')}</Waiting>
  return (
    <>
      <TextField
        label={d('tags.filter')}
        hint={d('tags.filter.hint')}
        type="search"
        value={words}
        onText={(text) => {
          setWords(text)
          setLines(atOnce)
        }}
      />
      <p className="faint" role="status">
        {found.length === 0 ? d('tags.none') : d('tags.count', { shown: Math.min(lines, found.length), all: rows.length })}
      </p>
      {ends ? <Notice tone="abnormal" title={ends} /> : null}
      <ScrollRegion className="tags-list" aria-label={d('tags.list')}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{d('tags.name')}</th>
              <th scope="col">{d('tags.value')}</th>
            </tr>
          </thead>
          <tbody>
            {found.slice(0, lines).map((row) => (
              <Line key={row.path} row={row} />
            ))}
          </tbody>
        </table>
        {found.length > lines ? <Button onClick={() => setLines(lines + atOnce)}>{d('tags.more', { count: Math.min(atOnce, found.length - lines) })}</Button> : null}
      </ScrollRegion>
    </>
  )
}

const Line = ({ row }: { readonly row: TagRow }) =>
  row.item === undefined ? (
    <tr data-tag={row.tag}>
      <td style={{ paddingInlineStart: `${8 + row.depth * 14}px` }}>
        {nameOf(row)}
        <div className="tags-number">
          {row.tag} {row.representation}
        </div>
      </td>
      <td className="tags-value">{valueOf(row)}</td>
    </tr>
  ) : (
    <tr className="tags-item">
      <th scope="rowgroup" colSpan={2} style={{ paddingInlineStart: `${8 + row.depth * 14}px` }}>
        {d('tags.item', { number: row.item })}
      </th>
    </tr>
  )

const nameOf = ({ name, isPrivate, keyword }: TagRow) => {
  if (isPrivate && keyword === '') return <span className="faint">{name === '' ? d('tags.private') : d('tags.private.of', { creator: name })}</span>
  return name === '' ? <span className="faint">{d('tags.unknown')}</span> : name
}

const valueOf = ({ value, items, isCut, bytes }: TagRow) => {
  if (items !== undefined) return <span className="faint">{items === 1 ? d('tags.items.one') : d('tags.items', { count: items })}</span>
  if (isCut) return <>{value} <span className="faint">{bytesWords(bytes)}</span></>
  return value === '' ? <span className="faint">{d('tags.empty')}</span> : value
}

/** The length that nobody wrote is no number of bytes. */
const bytesWords = (bytes: number): string => (bytes === 0xffffffff ? '…' : d('tags.cut', { bytes }))
