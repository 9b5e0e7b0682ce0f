import { lazy, Suspense, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { terminal } from '../../../resources/locales/en/terminal'
import type { AskOf } from '../../../shared/contract'
import { useWho } from '../../client'
import { Button, wording } from '../../components'

const t = wording(terminal)
const SourceDialog = lazy(() => import('../terminal').then((feature) => ({ default: feature.SourceDialog })))

/** What the bytes made: something on a chart, or in the tray. */
export type SourceOf = ({ readonly of: 'record' } & AskOf<'resultSource'>) | ({ readonly of: 'tray' } & AskOf<'traySource'>)

interface Props {
  readonly source: SourceOf
  /** What it is called, for the title: an accession number, `Pulse`. */
  readonly what: string
}

/** Opens the exact bytes that a device sent for a result; not there for those who may not read it. */
export const SourceButton = ({ source, what }: Props) => {
  const who = useWho()
  const [open, setOpen] = useState(false)
  if (!who?.actions.includes(source.of === 'tray' ? 'tray.read' : 'result.read')) return null
  return (
    <>
      <Button kind="quiet" aria-label={t('source.of', { what })} onClick={() => setOpen(true)}>
        {t('source')}
      </Button>
      {open ? (
        <Apart>
          <Suspense fallback={null}>
            <SourceDialog source={source} what={what} onClose={() => setOpen(false)} />
          </Suspense>
        </Apart>
      ) : null}
    </>
  )
}

/** Outside the form that the button may stand in: its keys are not that form's. */
const Apart = ({ children }: { readonly children: ReactNode }) => createPortal(<div onKeyDown={(event) => event.stopPropagation()}>{children}</div>, document.body)
