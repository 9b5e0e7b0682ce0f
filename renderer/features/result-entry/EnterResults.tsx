import { useState } from 'react'
import { useWho } from '../../client'
import { Button, Notice } from '../../components'
import { nameOf } from '../patients'
import { ResultEntryDialog } from './ResultEntryDialog'
import { t } from './words'

interface Props {
  readonly patient: string
  readonly order: string
  /** What was asked for, and the number of the tube: what a screen reader says of the button. */
  readonly test: string
  readonly accession: string
}

/** The button that opens the sheet of an order, for those who may type results; beside it what became of them. */
export const EnterResults = ({ patient, order, test, accession }: Props) => {
  const who = useWho()
  const [isOpen, setOpen] = useState(false)
  const [saved, setSaved] = useState<string>()
  if (!who?.actions.includes('result.enter')) return null
  return (
    <>
      <Button aria-label={t('enter.of', { test, accession })} onClick={() => setOpen(true)}>
        {t('enter')}
      </Button>
      {saved === undefined ? null : <Notice tone="done" role="status" title={saved} />}
      {isOpen ? (
        <ResultEntryDialog
          patient={patient}
          order={order}
          onClose={() => setOpen(false)}
          onSaved={(outcome, sheet) => setSaved(t(`enter.saved.${outcome.state}`, { name: nameOf(sheet.patient) }))}
        />
      ) : null}
    </>
  )
}
