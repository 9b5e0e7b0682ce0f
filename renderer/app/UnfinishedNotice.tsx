import { useState } from 'react'
import { navigate } from 'wouter/use-hash-location'
import { drafts } from '../../resources/locales/en/drafts'
import { displayName } from '../../shared/records/patient/name'
import { Button, dropDraft, formatDayTime, hasDraft, Notice, say, wording } from '../components'
import type { Unfinished } from './keepDrafts'

const t = wording(drafts)

/** After a crash, or on another day: where something waits that was typed and not saved. One line a screen; silent when there is nothing. */
export const UnfinishedNotice = ({ found }: { readonly found: readonly Unfinished[] }) => {
  const [isLater, setLater] = useState(false)
  const [, setDropped] = useState(0)
  // What was saved or thrown away since is not told any more.
  const left = found.filter(({ key }) => hasDraft(key))
  if (isLater || left.length === 0) return null
  const places = [...new Map(left.map((one) => [one.place, one])).values()]
  return (
    <Notice tone="info" role="status" title={t('title')} actions={<Button onClick={() => setLater(true)}>{t('later')}</Button>}>
      <p>{t('text')}</p>
      <ul className="unfinished">
        {places.map(({ place, patient, at }) => (
          <li key={place}>
            <strong>
              <bdi>{patient ? displayName(patient) : t('elsewhere')}</bdi>
            </strong>
            <span className="faint small">{t('one', { at: formatDayTime(at) })}</span>
            <Button
              onClick={() => {
                setLater(true)
                navigate(place)
              }}
            >
              {t('go')}
            </Button>
            <Button
              kind="quiet"
              onClick={() => {
                for (const { key } of left.filter((one) => one.place === place)) dropDraft(key)
                setDropped((count) => count + 1)
                say(t('dropped'))
              }}
            >
              {t('drop')}
            </Button>
          </li>
        ))}
      </ul>
    </Notice>
  )
}
