import { useWho } from '../../../client'
import { useScreen } from '../../../components'
import { DicomWebPanel } from '../dicomWeb/DicomWebPanel'
import { OutboxPanel, WorklistPanel } from '../exchange'
import { NetworkPanel, PeersPanel } from '../network'
import { ArchivePanel } from '../storage/ArchivePanel'
import { ViewerLinkPanel } from '../viewerLink/ViewerLinkPanel'
import { t } from './words'
import './settings.css'

/** What is on its way to other places, and where images' ways in and out are set up; each part is a panel of its own. */
export const ImagingSettings = () => {
  useScreen('imaging-settings')
  const mayConfigure = useWho()?.actions.includes('imaging.configure') ?? false
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
      </header>
      <div className="screen imaging-settings">
        <OutboxPanel />
        <WorklistPanel />
        {mayConfigure ? (
          <>
            <NetworkPanel />
            <PeersPanel />
            <DicomWebPanel />
            <ViewerLinkPanel />
            <ArchivePanel />
          </>
        ) : null}
      </div>
    </>
  )
}
