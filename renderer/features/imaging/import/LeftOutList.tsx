import type { ImportProgress } from '../../../../shared/contract'
import { t } from '../words'

/** What was left out and why; open where it is short. */
export const LeftOutList = ({ progress: { leftOut, leftOutTotal } }: { readonly progress: Pick<ImportProgress, 'leftOut' | 'leftOutTotal'> }) => {
  if (leftOutTotal === 0) return null
  const title = leftOutTotal === 1 ? t('import.leftOut.one') : t('import.leftOut', { count: leftOutTotal })
  return (
    <details open={leftOutTotal <= 8}>
      <summary>{title}</summary>
      <div className="import-reasons" tabIndex={0} role="region" aria-label={title}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t('import.file')}</th>
              <th scope="col">{t('import.why')}</th>
            </tr>
          </thead>
          <tbody>
            {leftOut.map(({ file, reason }, index) => (
              <tr key={`${file}-${index}`} data-reason={reason}>
                <td className="import-file">{file}</td>
                <td>{t(`reason.${reason}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {leftOutTotal > leftOut.length ? <p>{t('import.leftOut.more', { count: leftOutTotal - leftOut.length })}</p> : null}
      </div>
    </details>
  )
}
