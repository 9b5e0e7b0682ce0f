import { useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import type { TestRanges } from '../../../shared/contract'
import type { AgeBound } from '../../../shared/records/observation/referenceRange'
import { unitText } from '../../../shared/standards/ucum'
import { useAct } from '../../client'
import { Button, Dialog, ProblemNotice, SelectField, TextField, useDraft } from '../../components'
import { unclearNumber } from '../language'
import { emptyRange, type RangeDraft, rangeDraft, readRanges } from './ranges'
import { t } from './words'

const ageUnits = ['d', 'wk', 'mo', 'a'] as const

/** The ranges of one test, one below the other. */
export const RangesDialog = ({ test, onClose }: { readonly test: TestRanges; readonly onClose: () => void }) => {
  const [drafts, setDrafts, clear] = useDraft<readonly RangeDraft[]>(`ranges:${test.code}`, () => test.ranges.map(rangeDraft))
  const [tried, setTried] = useState(false)
  const [save, { busy, problem }] = useAct('saveTestRanges')
  const read = readRanges(drafts)
  const submit = async () => {
    setTried(true)
    if (busy || !('ranges' in read)) return
    if (!(await save({ code: test.code, ranges: read.ranges })).ok) return
    clear()
    onClose()
  }
  const change = (at: number, part: Partial<RangeDraft>) => setDrafts((before) => before.map((each, index) => (index === at ? { ...each, ...part } : each)))
  const unit = test.unit === '' || test.unit === '1' ? '' : unitText(test.unit)
  const unitOptions = ageUnits.map((value: AgeBound['unit']) => ({ value, label: t(`ranges.unit.${value}`) }))
  return (
    <Dialog title={t('ranges.title', { test: test.name })} closeLabel={common.cancel} onClose={onClose} onSubmit={() => void submit()} width={1000} save={{ label: t('ranges.save'), busy }}>
      <div className="stack">
        {problem ? <ProblemNotice problem={problem} /> : null}
        <p className="faint">{t('ranges.hint')}</p>
        {drafts.length === 0 ? <p>{t('ranges.none')}</p> : null}
        {drafts.map((draft, at) => (
          <fieldset className="range-row" key={at}>
            <legend>{t('ranges.row', { number: at + 1 })}</legend>
            <SelectField
              label={t('ranges.sex')}
              value={draft.sex}
              options={[{ value: '', label: t('ranges.sex.any') }, { value: 'male', label: t('sex.male') }, { value: 'female', label: t('sex.female') }]}
              onChoose={(sex) => change(at, { sex })}
            />
            <TextField label={t('ranges.from')} value={draft.from} inputMode="numeric" maxLength={5} onText={(from) => change(at, { from })} />
            <SelectField label={t('ranges.unit')} aria-label={t('ranges.unit.from')} value={draft.fromUnit} options={unitOptions} onChoose={(fromUnit) => change(at, { fromUnit })} />
            <TextField label={t('ranges.to')} value={draft.to} inputMode="numeric" maxLength={5} onText={(to) => change(at, { to })} />
            <SelectField label={t('ranges.unit')} aria-label={t('ranges.unit.to')} value={draft.toUnit} options={unitOptions} onChoose={(toUnit) => change(at, { toUnit })} />
            <TextField label={t('ranges.low')} value={draft.low} unit={unit} inputMode="decimal" maxLength={12} onText={(low) => change(at, { low })} />
            <TextField label={t('ranges.high')} value={draft.high} unit={unit} inputMode="decimal" maxLength={12} onText={(high) => change(at, { high })} />
            <TextField label={t('ranges.source')} value={draft.source} maxLength={200} dir="auto" onText={(source) => change(at, { source })} />
            <label className="range-pregnant">
              <input type="checkbox" checked={draft.isPregnant} onChange={(event) => change(at, { isPregnant: event.target.checked })} /> {t('ranges.pregnancy')}
            </label>
            <Button kind="quiet" aria-label={t('ranges.remove', { number: at + 1 })} onClick={() => setDrafts((before) => before.filter((_each, index) => index !== at))}>
              {t('ranges.remove.short')}
            </Button>
            {tried && 'at' in read && read.at === at ? (
              <div className="field-error" role="alert">
                {(read.fault === 'number' ? (unclearNumber(draft.low) ?? unclearNumber(draft.high)) : undefined) ?? t(`ranges.fault.${read.fault}`)}
              </div>
            ) : null}
          </fieldset>
        ))}
        <div>
          <Button onClick={() => setDrafts((before) => [...before, emptyRange])}>{t('ranges.add')}</Button>
        </div>
      </div>
    </Dialog>
  )
}
