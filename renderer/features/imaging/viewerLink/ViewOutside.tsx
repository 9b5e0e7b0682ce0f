import { useAct, useAnswer } from '../../../client'
import { Button, ProblemNotice } from '../../../components'
import { t } from '../settings/words'

interface Props {
  /** Id of the patient. */
  readonly patient: string
  /** Record of the study, or of the order that has asked for one. */
  readonly of: { readonly study: string } | { readonly order: string }
  /** What it is, in words. */
  readonly name: string
}

/** Opens a study at the practice's outside viewer, in the computer's browser; nothing where there is no such viewer. */
export const ViewOutside = ({ patient, of, name }: Props) => {
  const { value: link } = useAnswer('readViewerLink')
  const [open, { busy, problem }] = useAct('openViewerLink')
  if (!link?.host) return null
  return (
    <>
      <Button busy={busy} onClick={() => void open({ patient, ...of })} aria-label={t('link.open.label', { study: name, host: link.host })}>
        {t('link.open')}
      </Button>
      {problem ? <ProblemNotice problem={problem} /> : null}
    </>
  )
}
