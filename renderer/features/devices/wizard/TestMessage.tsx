import type { TestReading } from '../../../../shared/contract'
import { Mark } from '../../../components'
import { unitOf, valueOf, vitalName } from '../../language'
import { unitText } from '../../results'
import { said, t } from '../words'

/** What the device said, in values: the look before it is paired. */
export const TestMessage = ({ test }: { readonly test: TestReading }) => (
  <div className="wizard-test">
    {test.numbers.length > 0 ? (
      <dl className="wizard-numbers">
        {test.numbers.map(({ code, value }) => (
          <div key={code}>
            <dt>{vitalName(code)}</dt>
            <dd>
              {valueOf(code, value)} {unitOf(code)}
            </dd>
          </div>
        ))}
      </dl>
    ) : null}
    {test.samples.map(({ accession, isQualityControl, results }, index) => (
      // oxlint-disable-next-line react/no-array-index-key -- tubes of a message have nothing of their own but their place
      <table className="table wizard-results" key={index}>
        <caption>
          {accession === '' ? t('test.no-number') : t('test.number', { number: accession })} {isQualityControl ? <Mark>{t('reason.quality-control')}</Mark> : null}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('column.test')}</th>
            <th scope="col" className="number">{t('column.value')}</th>
            <th scope="col">{t('column.unit')}</th>
            <th scope="col">{t('column.flag')}</th>
          </tr>
        </thead>
        <tbody>
          {results.map((result, row) => (
            // oxlint-disable-next-line react/no-array-index-key -- a code can stand in a message twice
            <tr key={row}>
              <th scope="row">
                {result.name} {result.trouble ? <Mark tone="abnormal" sign="!">{said(`trouble.${result.trouble}`)}</Mark> : null}
              </th>
              <td className="number">{result.text}</td>
              <td className="tray-unit">{unitText(result.unit ?? '')}</td>
              <td>{result.flag ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    ))}
    {test.faulty > 0 ? <p className="faint">{t('test.faulty', { count: test.faulty })}</p> : null}
  </div>
)
