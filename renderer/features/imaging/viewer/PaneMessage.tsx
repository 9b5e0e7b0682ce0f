import { Notice, Waiting } from '../../../components'
import { t } from '../words'
import type { Place } from './places'

interface Props {
  readonly place: Place | undefined
  readonly broken: boolean
  readonly failed: boolean
  readonly waiting: boolean
}

/** What stands in place of a picture: why there is none, or that it comes. */
export const PaneMessage = ({ place, broken, failed, waiting }: Props) => {
  if (place?.cannotShow) {
    return (
      <div className="viewer-message" data-cannot-show={place.cannotShow}>
        <Notice tone="abnormal" title={t(`cannotShow.${place.cannotShow}`)}>
          <p>{t('cannotShow.text')}</p>
        </Notice>
      </div>
    )
  }
  if (broken || failed) {
    const what = broken ? ('viewer.noEngine' as const) : ('viewer.failed' as const)
    return (
      <div className="viewer-message">
        <Notice tone="critical" role="alert" title={t(what)}>
          <p>{t(`${what}.text`)}</p>
        </Notice>
      </div>
    )
  }
  return waiting ? (
    <div className="viewer-message">
      <Waiting>{t('viewer.loading')}</Waiting>
    </div>
  ) : null
}
