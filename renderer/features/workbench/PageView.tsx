import { useState, type MouseEvent } from 'react'
import type { DraftReading, MarkRole, ProfileDraft, RecordingStudy } from '../../../shared/contract'
import { ScrollRegion } from '../../components'
import { markAt, pressed } from './draft'
import { t } from './words'

interface Props {
  readonly study: RecordingStudy
  readonly draft: ProfileDraft
  readonly role: MarkRole
  readonly readLines: DraftReading['readLines']
  readonly onMarks: (marks: ProfileDraft['marks']) => void
}

/** Control characters by their picture. */
const visible = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, (character) => (character === '\x7f' ? '␡' : String.fromCharCode(0x2400 + character.charCodeAt(0))))

/** A page as it was sent, each piece of it to be pressed. */
export const PageView = ({ study, draft, role, readLines, onMarks }: Props) => {
  const [page, setPage] = useState(0)
  const shown = study.pages[page] ?? study.pages[0]
  const at = study.pages[page] ? page : 0
  const isRead = (line: number) => readLines.some((each) => each.page === at && each.line === line)
  return (
    <>
      {study.pages.length > 1 ? (
        <div className="workbench-row" role="group" aria-label={t('marks')}>
          {study.pages.map((_, number) => (
            <button key={number} type="button" className="button" aria-pressed={number === at} onClick={() => setPage(number)}>
              {t('marks.page', { number: number + 1 })}
            </button>
          ))}
        </div>
      ) : null}
      <ScrollRegion className="workbench-page" aria-label={t('marks.page', { number: at + 1 })}>
        <ol>
          {shown?.lines.map(({ text, parts }, line) => (
            <li key={line} data-read={isRead(line) || undefined}>
              <span className="workbench-read">{isRead(line) ? <span title={t('marks.read')}>✓<span className="visually-hidden">{t('marks.read')}</span></span> : null}</span>
              <span className="workbench-line">
                {parts.map(({ from, to }, index) => {
                  const place = { page: at, line, from, to }
                  const mark = markAt(draft.marks, place)
                  const before = visible(text.slice(parts[index - 1]?.to ?? 0, from))
                  return (
                    <span key={from}>
                      <span className="workbench-gap">{before}</span>
                      {to > from ? (
                        <button
                          type="button"
                          className="workbench-part"
                          data-as={mark?.as}
                          aria-pressed={mark !== undefined}
                          onClick={(event: MouseEvent) => onMarks(pressed(draft.marks, place, role, event.shiftKey))}
                        >
                          {visible(text.slice(from, to))}
                          {mark ? <span className="workbench-as">{t(`role.${mark.as}`)}</span> : null}
                        </button>
                      ) : null}
                    </span>
                  )
                })}
                <span className="workbench-gap">{visible(text.slice(parts.at(-1)?.to ?? 0))}</span>
              </span>
            </li>
          ))}
        </ol>
      </ScrollRegion>
      {study.isCut ? <p className="faint">{t('marks.cut')}</p> : null}
    </>
  )
}
