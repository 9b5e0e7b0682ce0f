import { useAnswer } from '../../../client'
import { formatDayTime } from '../../../components'
import { o, personWords } from './words'

/** Why a study waits, and whose it may be: to be looked at, never taken for granted. */
export const TrayReason = ({ study }: { readonly study: string }) => {
  const { value } = useAnswer('explainImagingTray')
  const found = value?.find((each) => each.study === study)
  if (!found) return null
  const { reason, suggested, order, movedBack } = found
  return (
    <div className="small" data-reason={reason}>
      <p>{o(`tray.why.${reason}`)}</p>
      {movedBack ? <p>{o('tray.movedBack', { by: movedBack.by, at: formatDayTime(movedBack.at), why: movedBack.why })}</p> : null}
      {suggested ? <p>{o('tray.suggested', { patient: personWords(suggested) })}</p> : null}
      {order ? <p>{o('tray.order', { order })}</p> : null}
    </div>
  )
}
