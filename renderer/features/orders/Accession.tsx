import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { Button } from '../../components'
import { t } from '../specimens'

/** An accession number as it goes on the tube: large, and one press copies it. */
export const Accession = ({ accession }: { readonly accession: string }) => {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    // The clipboard may be denied; the number can still be marked and read.
    await navigator.clipboard?.writeText(accession).then(
      () => setCopied(true),
      () => undefined,
    )
  }
  return (
    <span className="accession">
      <code dir="ltr">{accession}</code>
      <Button kind="quiet" onClick={() => void copy()} aria-label={t('accession.copy', { accession })}>
        {copied ? common.copied : common.copy}
      </Button>
    </span>
  )
}
