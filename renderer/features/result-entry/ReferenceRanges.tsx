import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { TestRanges } from '../../../shared/contract'
import { rangeText } from '../../../shared/records/observation/referenceRange'
import { unitText } from '../../../shared/standards/ucum'
import { useAnswer, useWho } from '../../client'
import { Button, Mark, ProblemNotice, TextField, Waiting } from '../../components'
import { whomText } from './expected'
import { RangesDialog } from './RangesDialog'
import { t } from './words'
import './resultEntry.css'

/** Which values are expected of each test, of whom, and by whose word. */
export const ReferenceRanges = () => {
  const who = useWho()
  const { value: tests, problem, refresh } = useAnswer('listTestRanges')
  const [find, setFind] = useState('')
  const [editing, setEditing] = useState<TestRanges | null>(null)
  const mayEdit = who?.actions.includes('lab.configure') ?? false
  const words = find.trim().toLowerCase()
  const shown = tests?.filter(({ name, code }) => `${name} ${code}`.toLowerCase().includes(words))
  return (
    <section className="stack" aria-label={t('ranges.caption')}>
      <p className="faint">{t('ranges.lead')}</p>
      <div className="ranges-find">
        <TextField label={t('ranges.find')} value={find} maxLength={60} onText={setFind} />
      </div>
      {problem ? <ProblemNotice problem={problem} onAgain={refresh} /> : null}
      {tests ? null : problem ? null : <Waiting>{common.waiting}</Waiting>}
      {shown ? (
        <div className="panel entry-scroll">
          <table className="table entry-table">
            <caption className="visually-hidden">{t('ranges.caption')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('ranges.column.test')}</th>
                <th scope="col">{t('ranges.column.ranges')}</th>
                <th scope="col">{t('ranges.column.source')}</th>
                <th scope="col">
                  <span className="visually-hidden">{t('ranges.edit')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((test) => (
                <tr key={test.code}>
                  <th scope="row">
                    {test.name} <span className="faint small">{test.unit === '' || test.unit === '1' ? '' : unitText(test.unit)}</span>
                  </th>
                  <td>
                    {test.ranges.length === 0 ? <span className="faint">{t('ranges.none')}</span> : null}
                    <ul className="range-list">
                      {test.ranges.map((range, index) => (
                        <li key={index}>
                          <span className="entry-range">{rangeText(range)}</span> <span className="faint small">{whomText(range)}</span>
                        </li>
                      ))}
                    </ul>
                  </td>
                  <td className="small">
                    <Mark tone={test.whose === 'own' ? 'accent' : 'plain'}>{t(`ranges.whose.${test.whose}`)}</Mark>
                    <div className="faint">{[...new Set(test.ranges.flatMap(({ source }) => source ?? []))].join(', ')}</div>
                  </td>
                  <td>
                    {mayEdit ? (
                      <Button aria-label={t('ranges.edit.of', { test: test.name })} onClick={() => setEditing(test)}>
                        {t('ranges.edit')}
                      </Button>
                    ) : null}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      {editing ? <RangesDialog test={editing} onClose={() => setEditing(null)} /> : null}
    </section>
  )
}
