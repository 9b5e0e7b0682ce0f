import type { DraftReading, ProfileDraft } from '../../../shared/contract'
import { Mark, Panel } from '../../components'
import { t } from './words'

interface Props {
  readonly draft: ProfileDraft
  readonly reading: DraftReading | undefined
  readonly onDraft: (part: Partial<ProfileDraft>) => void
}

type Test = ProfileDraft['tests'][number]

/** Every code that was found, to be named, and the samples as they would be filed. */
export const ReadingPanel = ({ draft, reading, onDraft }: Props) => {
  const codes = reading?.codes ?? []
  const testOf = (code: string) => draft.tests.find((test) => test.code === code)
  const change = (code: string, sent: string | undefined, part: Partial<Test>) => {
    const before = testOf(code) ?? { code, name: '', unit: sent ?? '' }
    const test: Test = { ...before, ...part }
    const { sentUnit: _spelled, ...rest } = test
    // Spelled otherwise by the analyser: the same unit, never another.
    const named = sent !== undefined && sent !== test.unit ? { ...rest, sentUnit: sent } : rest
    onDraft({ tests: [...draft.tests.filter((each) => each.code !== code), named] })
  }
  return (
    <Panel id="workbench-reading" title={t('reading')}>
      <p className="faint">{t('reading.lead')}</p>
      {codes.length === 0 ? <p className="faint">{t('reading.none')}</p> : null}
      {codes.length > 0 ? (
        <div className="workbench-table">
          <table className="table">
            <caption className="visually-hidden">{t('reading')}</caption>
            <thead>
              <tr>
                {(['code', 'values', 'name', 'unit', 'loinc', 'no-test'] as const).map((column) => (
                  <th key={column} scope="col">
                    {t(`column.${column}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {codes.map(({ code, values, units, isIgnored }) => {
                const test = testOf(code)
                const sent = test?.sentUnit ?? units[0]
                const field = (label: string, value: string, maxLength: number, put: (text: string) => void) => (
                  <input className="input" aria-label={label} autoComplete="off" spellCheck={false} disabled={isIgnored} value={value} maxLength={maxLength} onChange={({ target }) => put(target.value)} />
                )
                return (
                  <tr key={code}>
                    <th scope="row">
                      <code>{code}</code>
                    </th>
                    <td>
                      {values.join(', ')} <span className="faint">{units.join(', ')}</span>
                    </td>
                    <td>{field(t('name-of', { code }), test?.name ?? '', 200, (name) => change(code, sent, { name }))}</td>
                    <td>{field(t('unit-of', { code }), test?.unit ?? sent ?? '', 40, (unit) => change(code, sent, { unit }))}</td>
                    <td>{field(t('loinc-of', { code }), test?.loinc ?? '', 9, (loinc) => change(code, sent, { loinc: loinc === '' ? undefined : loinc }))}</td>
                    <td>
                      <label className="workbench-check">
                        <input
                          type="checkbox"
                          aria-label={t('no-test-of', { code })}
                          checked={isIgnored}
                          onChange={({ target }) => onDraft({ ignored: target.checked ? [...draft.ignored, code] : draft.ignored.filter((each) => each !== code), tests: draft.tests.filter((each) => each.code !== code) })}
                        />
                      </label>
                    </td>
                  </tr>
                )
              })}
            </tbody>
          </table>
        </div>
      ) : null}
      {reading && reading.samples.length > 0 ? (
        <section aria-label={t('reading.samples')}>
          <h3>{t('reading.samples')}</h3>
          <ul className="workbench-samples">
            {reading.samples.map(({ accession, isQualityControl, measured, results }, index) => (
              <li key={index}>
                <strong>{accession === '' ? t('reading.sample.none') : t('reading.sample', { number: accession })}</strong> {isQualityControl ? <Mark>{t('reading.control')}</Mark> : null} <span className="faint">{measured}</span>
                <ul>
                  {results.map(({ code, name, text, unit, flag, trouble }, place) => (
                    <li key={place}>
                      {name === '' ? code : name} <strong>{text}</strong> {unit} {flag ? <Mark>{flag}</Mark> : null} {trouble ? <Mark sign="!" tone="abnormal">{t(`trouble.${trouble}`)}</Mark> : null}
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </Panel>
  )
}
