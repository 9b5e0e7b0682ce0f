import { useAnswer, useWho } from '../../client'
import { Notice, useScreen } from '../../components'
import { VerifiedTab } from '../lab-corrections'
import { CatalogueTab } from '../lab-catalogue'
import { ReferenceRanges } from '../result-entry'
import { SamplesTab } from '../specimens'
import { CodesTab } from './CodesTab'
import { RulesTab } from './RulesTab'
import { tabsFor } from './tabs'
import { VerifyTab } from './VerifyTab'
import { t } from './words'
import './lab.css'

/** The laboratory: what waits to be verified, what codes and units mean, which rules hold. `tab` is as the address says it. */
export const LabScreen = ({ tab }: { readonly tab: string | undefined }) => {
  const who = useWho()
  const tabs = tabsFor(who?.actions ?? []).filter((each) => !each.startsWith('verif') || who?.actions.includes('result.verify'))
  const open = tabs.find((each) => each === tab) ?? tabs[0] ?? 'codes'
  const settings = useAnswer('readLabSettings', undefined, { skip: !tabs.includes('codes') })
  // Two tabs say themselves when they stand.
  useScreen('lab', who !== undefined && open !== 'samples' && open !== 'catalogue')
  return (
    <>
      <header className="screen-head">
        <h1>{t('title')}</h1>
        <span className="faint">{t('lead')}</span>
      </header>
      <nav className="lab-tabs" aria-label={t('tabs')}>
        {tabs.map((each) => (
          <a key={each} href={`#/lab/${each}`} aria-current={each === open ? 'page' : undefined}>
            {t(`tab.${each}`)}
          </a>
        ))}
      </nav>
      <div className="screen">
        {settings.value?.clocks.map(({ device, deviceName, aheadMinutes }) => (
          <Notice key={device} tone="abnormal" role="status" title={t('clock', { device: deviceName, minutes: Math.abs(aheadMinutes), way: t(aheadMinutes > 0 ? 'ahead' : 'behind') })} />
        ))}
        {open === 'verify' ? <VerifyTab /> : open === 'verified' ? <VerifiedTab /> : open === 'samples' ? <SamplesTab /> : open === 'catalogue' ? <CatalogueTab /> : open === 'codes' ? <CodesTab settings={settings} /> : open === 'ranges' ? <ReferenceRanges /> : <RulesTab settings={settings} />}
      </div>
    </>
  )
}
