import { useState } from 'react'
import type { Orderable } from '../../../shared/contract'
import { findOrderables } from '../../../shared/records/lab-catalogue/find'
import { FinderField } from '../../components'
import { t } from '../specimens'

/** As many are shown; who looks for another types a letter more. */
const most = 12

interface Props {
  readonly items: readonly Orderable[]
  /** Codes that are chosen already. */
  readonly taken: readonly string[]
  readonly error?: string | undefined
  readonly onAdd: (code: string) => void
  /** What the catalogue does not have. */
  readonly onWords: (words: string) => void
}

/** Finds tests and panels while they are typed: arrows go through what was found, Enter adds. What the catalogue does not have is ordered in words. */
export const Finder = ({ items, taken, error, onAdd, onWords }: Props) => {
  const [text, setText] = useState('')
  const sought = text.trim()
  const found = findOrderables(items, sought).slice(0, most)
  const rows = found.map((item) => ({
    key: item.code,
    content: (
      <>
        <span className="finder-words">{item.name}</span>
        <span className="faint small">
          {taken.includes(item.code) ? `${t('order.added')} · ` : ''}
          {item.isPanel ? t('order.panel', { count: item.tests.length }) : t('order.test')}
        </span>
      </>
    ),
  }))
  return (
    <FinderField
      label={t('order.find')}
      listLabel={t('order.found')}
      hint={t('order.find.hint')}
      error={error}
      autoFocus
      text={text}
      onText={setText}
      sought={sought}
      rows={sought === '' ? [] : [...rows, { key: 'in words', content: <span className="finder-words">{t('order.words', { text: sought })}</span> }]}
      status={sought !== '' && found.length === 0 ? t('order.none', { text: sought }) : ''}
      onTake={(row) => {
        const item = found[row]
        if (item) onAdd(item.code)
        else onWords(sought)
        setText('')
      }}
    />
  )
}
