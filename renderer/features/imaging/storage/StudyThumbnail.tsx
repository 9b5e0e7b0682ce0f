import { clinic } from '../../../client'
import './storage.css'

/** Studies whose small picture was kept since this window was opened. */
const kept = new Set<string>()

/** Keeps the small picture of a study for the chart: it is shown there also when the images are not on this computer any more. */
export const keepThumbnail = (study: string, canvas: HTMLCanvasElement): void => {
  if (kept.has(study)) return
  kept.add(study)
  const [kind, picture] = canvas.toDataURL('image/jpeg', 0.7).split(',')
  if (kind === 'data:image/jpeg;base64' && picture !== undefined) void clinic.keepThumbnail({ study, picture })
}

/** The small picture of a study on the chart; its place stays empty where there is none. It tells nothing that the row does not say. */
export const StudyThumbnail = ({ picture }: { readonly picture: string | undefined }) => (
  <span className="study-thumbnail" aria-hidden="true">
    {picture === undefined ? null : <img src={`data:image/jpeg;base64,${picture}`} alt="" />}
  </span>
)
