import { memo } from 'react'
import { Button, useLanguage } from '../../../components'
import { t } from '../words'
import { layouts, type Layout } from './hanging'
import { viewerPanels } from './panels'
import { v } from './words'

interface Props {
  /** What was examined, and when. */
  readonly title: string
  readonly onClose: () => void
  readonly layout: Layout
  readonly onLayout: (layout: Layout) => void
  /** Whether the areas turn together; undefined where there is only one. */
  readonly tied: boolean | undefined
  readonly onTie: () => void
  /** Ids of the panels that have something to say here, with spaces between. */
  readonly panels: string
  /** Id of the open one. */
  readonly panel: string | undefined
  readonly onPanel: (id: string) => void
}

/** What is read, how it is laid out, and what can stand beside it. */
export const Head = memo(function Head({ title, onClose, layout, onLayout, tied, onTie, panels, panel, onPanel }: Props) {
  useLanguage()
  const offered = new Set(panels.split(' '))
  return (
    <div className="viewer-head viewer-bar">
      <Button onClick={onClose}>{t('viewer.close')}</Button>
      <h2>{title}</h2>
      <select className="input" aria-label={v('layout')} value={layout} onChange={({ target }) => onLayout(layouts.find((each) => each === target.value) ?? '1x1')}>
        {layouts.map((each) => (
          <option key={each} value={each}>
            {v(`layout.${each}`)}
          </option>
        ))}
      </select>
      {tied === undefined ? null : (
        <Button onClick={onTie} keys="L" aria-pressed={tied}>
          {v('link')}
        </Button>
      )}
      {viewerPanels
        .filter(({ id }) => offered.has(id))
        .map(({ id, label, keys }) => (
          <Button key={id} aria-pressed={panel === id} {...(keys && { keys })} onClick={() => onPanel(id)}>
            {label}
          </Button>
        ))}
    </div>
  )
})
