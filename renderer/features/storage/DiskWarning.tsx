import { useWho } from '../../client'
import { sizeWords, t } from './words'
import { useStorageState } from './useStorageState'
import './storage.css'

/** In the bar, only while the disk is nearly full. */
export const DiskWarning = () => {
  const disk = useStorageState()?.disk
  const who = useWho()
  if (!disk?.isLow) return null
  const words = t('bar.low', { free: sizeWords(disk.free) })
  return (
    <span className="disk-warning" role="status">
      <span aria-hidden="true">!</span>
      {who?.actions.includes('storage.manage') ? (
        <a href="#/storage" title={t('bar.low.open')}>
          {words}
        </a>
      ) : (
        words
      )}
    </span>
  )
}
