import { useMemo, useState } from 'react'
import { common } from '../../../resources/locales/en/common'
import { orderPriorities, type LabOrderEntry, type LabOrdersPlaced, type Orderable, type PatientSummary } from '../../../shared/contract'
import { orderablesOf } from '../../../shared/records/lab-catalogue/catalogue'
import { orderedToday } from '../../../shared/records/service-request/duplicates'
import { newKey, useAct, useAnswer } from '../../client'
import { Button, Choice, Dialog, formatTime, Notice, ProblemNotice, TextField, useDraft, useNow } from '../../components'
import { nameOf } from '../patients'
import { LabelsButton } from '../specimens'
import { Accession } from './Accession'
import { askOf, countOf, isNothing, priceOf, tubesOf, withCode, withSet, type Chosen } from './chosen'
import { Finder } from './Finder'
import { Urgency } from '../specimens'
import { t } from '../specimens'

const often = ['FBC', 'MALARIA-RDT', 'GLU', 'RENAL', 'LIVER', 'URINE', 'CRP', 'HIV-RDT']
const blank = (): Chosen => ({ key: newKey(), codes: [], words: [], imaging: [], priority: 'routine', reason: '' })

interface Props {
  readonly patient: PatientSummary
  readonly onClose: () => void
}

/** Orders tests, panels and sets for one named patient by one save, and answers the numbers of the tubes. */
export const PlaceOrderDialog = ({ patient, onClose }: Props) => {
  const catalogue = useAnswer('readCatalogue')
  const orders = useAnswer('listLabOrders', { patient: patient.id })
  const [chosen, setChosen, clear] = useDraft(`lab-orders:${patient.id}`, blank)
  const [tried, setTried] = useState(false)
  const [placed, setPlaced] = useState<LabOrdersPlaced>()
  const [place, { busy, problem }] = useAct('placeLabOrders')
  const items = useMemo(() => (catalogue.value ? orderablesOf(catalogue.value) : []), [catalogue.value])
  const known = useMemo(() => new Map(items.map((item) => [item.code, item])), [items])
  const save = async () => {
    if (placed) return onClose()
    setTried(true)
    if (isNothing(chosen) || busy) return
    const answer = await place(askOf(patient.id, chosen))
    if (!answer.ok) return
    clear()
    setTried(false)
    setPlaced(answer.value)
  }
  const count = countOf(chosen)
  return (
    <Dialog
      title={t('order.title', { name: nameOf(patient) })}
      closeLabel={common.close}
      onClose={onClose}
      onSubmit={() => void save()}
      width={placed ? 560 : 900}
      foot={
        placed ? (
          <>
            <LabelsButton patient={patient} orders={placed.orders} />
            <span className="spread" />
            <Button
              onClick={() => {
                setChosen(blank())
                setPlaced(undefined)
              }}
            >
              {t('order.another')}
            </Button>
            <Button kind="main" onClick={onClose} autoFocus>
              {common.close}
            </Button>
          </>
        ) : (
          <>
            <span className="spread" />
            <Button kind="main" type="submit" busy={busy} keys="Ctrl+Enter">
              {t('order.save', { count: Math.max(1, count) })}
            </Button>
          </>
        )
      }
    >
      {placed ? (
        <Placed placed={placed} />
      ) : (
        <div className="order-entry">
          <div className="stack">
            {problem ? <ProblemNotice problem={problem} /> : null}
            {catalogue.problem ? <ProblemNotice problem={catalogue.problem} onAgain={catalogue.refresh} /> : null}
            <Finder
              items={items}
              taken={chosen.codes}
              error={tried && isNothing(chosen) ? t('order.fault') : undefined}
              onAdd={(code) => setChosen((before) => withCode(before, code))}
              onWords={(words) => setChosen((before) => ({ ...before, words: [...before.words.filter((each) => each !== words), words] }))}
            />
            <div role="group" aria-label={t('order.sets')}>
              <div className="field-label">{t('order.sets')}</div>
              <div className="order-often">
                {catalogue.value?.sets.filter(({ isRetired }) => !isRetired).map((set) => (
                  <Button key={set.code} onClick={() => setChosen((before) => withSet(before, set))}>
                    {set.name}
                  </Button>
                ))}
              </div>
            </div>
            <div role="group" aria-label={t('order.often')}>
              <div className="field-label">{t('order.often')}</div>
              <div className="order-often">
                {often.flatMap((code) => known.get(code) ?? []).map((item) => (
                  <Button key={item.code} aria-pressed={chosen.codes.includes(item.code)} onClick={() => setChosen((before) => withCode(before, item.code))}>
                    {item.name}
                  </Button>
                ))}
              </div>
            </div>
          </div>
          <div className="stack">
            <Basket chosen={chosen} known={known} setChosen={setChosen} specimens={catalogue.value?.specimens ?? []} />
            <Twice items={chosen.codes.flatMap((code) => known.get(code) ?? [])} orders={orders.value ?? []} />
            <Choice
              label={t('order.urgency')}
              value={chosen.priority}
              options={orderPriorities.filter((priority) => priority !== 'asap').map((value) => ({ value, label: t(`priority.${value}`) }))}
              onChoose={(priority) => setChosen((before) => ({ ...before, priority }))}
            />
            <TextField label={t('order.reason')} hint={t('order.reason.hint')} optional={common.optional} value={chosen.reason} maxLength={200} dir="auto" onText={(reason) => setChosen((before) => ({ ...before, reason }))} />
          </div>
        </div>
      )}
    </Dialog>
  )
}

interface BasketProps {
  readonly chosen: Chosen
  readonly known: ReadonlyMap<string, Orderable>
  readonly setChosen: (change: (before: Chosen) => Chosen) => void
  readonly specimens: Parameters<typeof tubesOf>[1]['specimens']
}

/** What one save is going to order; anything can be taken out again. */
const Basket = ({ chosen, known, setChosen, specimens }: BasketProps) => {
  const without = <Value,>(all: readonly Value[], one: Value): Value[] => all.filter((each) => each !== one)
  const items = chosen.codes.flatMap((code) => known.get(code) ?? [])
  const [tubes, price] = [tubesOf(items, { specimens }), priceOf(items)]
  const line = (key: string, name: string, take: (before: Chosen) => Chosen) => (
    <li key={key}>
      <span dir="auto">{name}</span>
      <Button kind="quiet" onClick={() => setChosen(take)} aria-label={t('order.remove', { test: name })}>
        {t('order.removed')}
      </Button>
    </li>
  )
  return (
    <section aria-label={t('order.chosen')}>
      <div className="field-label">{t('order.chosen')}</div>
      {isNothing(chosen) ? <p className="faint">{t('order.chosen.none')}</p> : null}
      <ul className="order-basket">
        {chosen.codes.map((code) => line(code, known.get(code)?.name ?? code, (before) => ({ ...before, codes: without(before.codes, code) })))}
        {chosen.words.map((words) => line(`words:${words}`, words, (before) => ({ ...before, words: without(before.words, words) })))}
        {chosen.imaging.map((image) =>
          line(`${image.modality} ${image.bodyPart}`, t('order.imaging', { modality: image.modality, part: image.bodyPart }), (before) => ({
            ...before, imaging: before.imaging.filter((each) => each.modality !== image.modality || each.bodyPart !== image.bodyPart),
          })),
        )}
      </ul>
      {tubes.length > 0 ? <p className="small faint">{t('order.tubes', { kinds: tubes.join(', ') })}</p> : null}
      {price === undefined ? null : <p className="small">{t('order.price', { price })}</p>}
    </section>
  )
}

/** What of it was ordered today already; it can be ordered all the same. */
const Twice = ({ items, orders }: { readonly items: readonly Orderable[]; readonly orders: readonly LabOrderEntry[] }) => {
  const now = useNow().toISOString()
  const twice = items.flatMap((item) => {
    const [order] = orderedToday(item.tests.filter(({ isCalculated }) => !isCalculated).map(({ code }) => code), orders, now)
    return order ? [{ item, order }] : []
  })
  return twice.length === 0 ? null : (
    <Notice tone="abnormal" role="status" title={t('order.twice.title')}>
      <ul className="order-twice">
        {twice.map(({ item, order }) => (
          <li key={item.code}>{t('order.twice', { test: item.name, time: formatTime(order.at), order: order.test })}</li>
        ))}
      </ul>
    </Notice>
  )
}

/** The numbers that go onto the tubes, each with what is in it. */
const Placed = ({ placed }: { readonly placed: LabOrdersPlaced }) => {
  const tubes = [...new Set(placed.orders.map(({ accession }) => accession))]
  return (
    <div className="stack" role="status">
      <p>{t('order.done')}</p>
      <ul className="order-tubes">
        {tubes.map((accession) => (
          <li key={accession}>
            <Accession accession={accession} />
            {placed.orders.filter((order) => order.accession === accession).map((order) => (
              <span key={order.id} dir="auto">
                {order.test} <Urgency priority={order.priority} />
              </span>
            ))}
          </li>
        ))}
      </ul>
      {placed.imaging > 0 ? <p>{t('order.done.images')}</p> : null}
      {tubes.length > 0 ? <p className="faint">{t('order.done.text')}</p> : null}
    </div>
  )
}
