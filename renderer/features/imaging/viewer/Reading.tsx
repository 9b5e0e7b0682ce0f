import { useEffect, useMemo, useState } from 'react'
import type { StudyEntry } from '../../../../shared/contract'
import { ProblemNotice, useKeys, type Refusal } from '../../../components'
import { nameOfStudy, t, whenOf } from '../words'
import { markingHands, viewingHands } from './hands'
import { Head } from './Head'
import { areasOf, counterpart, hang, layouts, type Layout } from './hanging'
import { ImageOpenerContext, type ImagePlace } from './imageOpener'
import { Pane, type PaneState } from './Pane'
import { viewerPanels } from './panels'
import type { ViewerHand, ViewerPatient } from './parts'
import { presetsOf, type Preset } from './presets'
import { PriorStrip } from './PriorStrip'
import { ActivePlane } from './ReferenceLine'
import { SeriesStrip } from './SeriesStrip'
import { StudyOpener, type OpenedStudy, type Opening } from './StudyOpener'
import { placeFollowing } from './sync'
import { presetOnGlass, Toolbar, windowsOf } from './Toolbar'
import { useCine } from './useCine'
import { useSteady } from './useSteady'
import { v } from './words'

interface Props {
  readonly patient: ViewerPatient
  readonly main: OpenedStudy
  /** The other studies of the chart, newest first. */
  readonly priors: readonly StudyEntry[]
  readonly atWork: boolean
  /** Where each series stood, for when the study is opened again. */
  readonly stoodAt: Map<string, number>
  readonly onClose: () => void
}

/** What stands in a picture area. */
interface Hung {
  readonly study: string
  readonly series: string
}

const [firstHand] = viewingHands as readonly [ViewerHand, ...ViewerHand[]]
const windowHand = viewingHands.find(({ id }) => id === 'window') ?? firstHand
/** A finger turns the stack, as on any screen that is touched; the mouse has a wheel for that. */
const handAtFirst = (): ViewerHand => (globalThis.matchMedia?.('(pointer: coarse)').matches ? firstHand : windowHand)

/** Studies on the glass: one to four picture areas, what turns and compares them, and what stands beside. */
export const Reading = ({ patient, main, priors, atWork, stoodAt, onClose }: Props) => {
  const [layout, setLayout] = useState<Layout>(() => hang(main.series).layout)
  const [hung, setHung] = useState<readonly (Hung | undefined)[]>(() => hang(main.series).series.map(({ seriesInstanceUid }) => ({ study: main.study.id, series: seriesInstanceUid })))
  const [active, setActive] = useState(0)
  const [hand, setHand] = useState<ViewerHand>(handAtFirst)
  const [lettered, setLettered] = useState(true)
  const [panel, setPanel] = useState<string>()
  const [states, setStates] = useState<readonly (PaneState | undefined)[]>([])
  const [compared, setCompared] = useState<readonly string[]>([])
  const [others, setOthers] = useState<Readonly<Record<string, OpenedStudy>>>({})
  const [problem, setProblem] = useState<Refusal>()
  /** Where each area stood when they were tied together; undefined while they are not. */
  const [tied, setTied] = useState<readonly (number | undefined)[]>()
  const [leading, setLeading] = useState<number>()
  const count = areasOf(layout)
  const studies: Readonly<Record<string, OpenedStudy>> = { ...others, [main.study.id]: main }
  const shown = useMemo(() => hung.slice(0, count), [hung, count])
  const pane = states[active]

  const told = useSteady((index: number, state: PaneState | undefined) => {
    setStates((before) => (before[index] === state ? before : Object.assign([...before], { [index]: state })))
    if (state) stoodAt.set(`${state.study.id}/${state.series.seriesInstanceUid}`, state.wanted)
  })

  const turned = useSteady((index: number, turn: { readonly by: number } | { readonly to: number }) => {
    const leader = states[index]
    if (!leader) return
    setLeading(index)
    if ('to' in turn) leader.go(turn.to)
    else leader.step(turn.by)
  })
  /** The area that a person turned last: the others follow it. */
  const leaderAt = leading === undefined ? undefined : states[leading]?.wanted
  const follow = useSteady(() => {
    const leader = leading === undefined ? undefined : states[leading]
    if (!tied || leading === undefined || !leader) return
    for (let other = 0; other < count; other++) {
      const follower = states[other]
      if (other === leading || !follower) continue
      const place = placeFollowing(followable(leader, tied[leading] ?? leader.wanted), followable(follower, tied[other] ?? follower.wanted))
      if (place !== undefined && place !== follower.wanted) follower.go(place)
    }
  })
  useEffect(() => follow(), [follow, leaderAt])

  /** Puts a series into an area. */
  const put = (index: number, series: Hung) => {
    setTied(undefined)
    setHung((before) => Object.assign([...before], { [index]: series }))
  }
  const strokeTo = useSteady((index: number, towards: 1 | -1) => {
    const here = hung[index]
    const among = here && studies[here.study]?.series
    const at = among?.findIndex(({ seriesInstanceUid }) => seriesInstanceUid === here?.series) ?? -1
    const next = at < 0 ? undefined : among?.[at + towards]
    if (here && next) put(index, { study: here.study, series: next.seriesInstanceUid })
  })

  const tie = () => setTied((before) => (before ? undefined : states.map((state) => state?.wanted)))
  const lay = (next: Layout) => {
    setLayout(next)
    setTied(undefined)
    setActive((before) => Math.min(before, areasOf(next) - 1))
    // New areas take the series that stand nowhere yet.
    setHung((before) => {
      const taken = new Set(before.map((each) => each?.series))
      const free = main.series.filter(({ seriesInstanceUid }) => !taken.has(seriesInstanceUid)).map(({ seriesInstanceUid }) => ({ study: main.study.id, series: seriesInstanceUid }))
      return Array.from({ length: Math.max(before.length, areasOf(next)) }, (_, index) => before[index] ?? free.shift())
    })
  }

  /** Side by side, they turn together as soon as both stand. */
  const [tieNext, setTieNext] = useState(false)
  const opening = useSteady((study: string, answer: Opening) => {
    if ('problem' in answer) {
      setProblem(answer.problem)
      setCompared((before) => before.filter((each) => each !== study))
      return
    }
    setOthers((before) => ({ ...before, [study]: answer.opened }))
    // Opened again with new addresses: it stands where it stood.
    if (hung.some((each) => each?.study === study)) return
    const [first] = hung
    const leading = first && studies[first.study]?.series.find(({ seriesInstanceUid }) => seriesInstanceUid === first.series)
    const series = leading ? counterpart(leading, answer.opened.series) : answer.opened.series[0]
    if (!series) return
    if (layout === '1x1') setLayout('1x2')
    const area = areaBeside(hung.slice(0, Math.max(2, count)), main.study.id)
    setTied(undefined)
    setHung((before) => Object.assign([...before], { [area]: { study, series: series.seriesInstanceUid } }))
    setTieNext(true)
  })
  const allStand = shown.every((each, index) => each === undefined || states[index]?.shown !== undefined)
  useEffect(() => {
    if (!tieNext || !allStand) return
    setTieNext(false)
    setTied(states.slice(0, count).map((state) => state?.wanted))
  }, [tieNext, allStand, states, count])

  const compare = (study: StudyEntry) => {
    setProblem(undefined)
    setCompared((before) => (before.includes(study.id) ? before : [...before, study.id]))
  }
  const alone = () => {
    setCompared([])
    setOthers({})
    const first = hang(main.series)
    setLayout(first.layout)
    setTied(undefined)
    setActive(0)
    setHung(first.series.map(({ seriesInstanceUid }) => ({ study: main.study.id, series: seriesInstanceUid })))
  }

  /** An image of this study that a report points at: where it stands already, else beside the report. */
  const showImage = useSteady(({ series, place }: ImagePlace) => {
    const stands = shown.findIndex((each) => each?.study === main.study.id && each.series === series)
    if (stands >= 0) {
      turned(stands, { to: place })
      return
    }
    stoodAt.set(`${main.study.id}/${series}`, place)
    if (layout === '1x1') setLayout('1x2')
    put(active === 0 ? 1 : 0, { study: main.study.id, series })
  })
  const opener = useMemo(() => ({ series: main.series, show: showImage }), [main.series, showImage])

  const cine = useCine(pane, (to) => turned(active, { to }))
  const preset = useSteady((chosen: Preset) => {
    const window = chosen.window(windowsOf(pane))
    if (window) pane?.view?.setWindow(window)
  })
  const invert = useSteady(() => pane?.view?.toggleInvert())
  const reset = useSteady(() => pane?.view?.reset())
  const turn = useSteady((degrees: 90 | -90) => pane?.view?.turn(degrees))
  const flip = useSteady((which: 'sides' | 'upsideDown') => pane?.view?.flip(which))
  const acts = useMemo(() => ({ preset, invert, reset, turn, flip }), [preset, invert, reset, turn, flip])
  const play = useSteady(cine.toggle)
  const letters = useSteady(() => setLettered(!lettered))
  const compareWith = useSteady(compare)
  const goAlone = useSteady(alone)
  const close = useSteady(onClose)
  const layOut = useSteady(lay)
  const tieAreas = useSteady(tie)
  const openOrClose = useSteady((id: string) => setPanel(panel === id ? undefined : id))
  const choose = useSteady((study: string, series: string) => put(active, { study, series }))
  const nextPrior = priors.find(({ id, here }) => here !== 0 && !compared.includes(id))
  const panels = viewerPanels.filter(({ concerns }) => pane && (!concerns || concerns(pane)))
  const turnActive = (turn: { readonly by: number } | { readonly to: number }) => turned(active, turn)
  useKeys(t('keys'), [
    { keys: 'ArrowDown', does: t('keys.next'), run: () => turnActive({ by: 1 }) },
    { keys: 'ArrowUp', does: t('keys.previous'), run: () => turnActive({ by: -1 }) },
    { keys: 'PageDown', does: t('keys.forward'), run: () => turnActive({ by: 10 }) },
    { keys: 'PageUp', does: t('keys.backward'), run: () => turnActive({ by: -10 }) },
    { keys: 'Home', does: t('keys.first'), run: () => turnActive({ to: 0 }) },
    { keys: 'End', does: t('keys.last'), run: () => turnActive({ to: (pane?.places.length ?? 1) - 1 }) },
    { keys: 'N', does: v('series.next'), run: () => strokeTo(active, 1) },
    { keys: 'B', does: v('series.previous'), run: () => strokeTo(active, -1) },
    ...[...viewingHands, ...markingHands].map((each) => ({ keys: each.keys, does: each.label, run: () => setHand(each) })),
    { keys: '=', does: t('keys.zoomIn'), run: () => pane?.view?.zoomBy(1.25) },
    { keys: '-', does: t('keys.zoomOut'), run: () => pane?.view?.zoomBy(0.8) },
    { keys: 'T', does: v('place.right'), run: () => acts.turn(90) },
    { keys: 'Y', does: v('place.left'), run: () => acts.turn(-90) },
    { keys: 'H', does: v('place.sides'), run: () => acts.flip('sides') },
    { keys: 'V', does: v('place.upsideDown'), run: () => acts.flip('upsideDown') },
    { keys: 'I', does: t('viewer.invert'), run: acts.invert },
    { keys: 'R', does: t('viewer.reset'), run: acts.reset },
    { keys: 'C', does: v('cine.play'), run: cine.toggle },
    { keys: '.', does: v('cine.faster'), run: cine.faster },
    { keys: ',', does: v('cine.slower'), run: cine.slower },
    { keys: 'X', does: v('layout.next'), run: () => lay(layouts[(layouts.indexOf(layout) + 1) % layouts.length] ?? '1x1') },
    { keys: 'J', does: v('pane.next'), run: () => setActive((active + 1) % count) },
    { keys: 'L', does: v('link'), run: () => count > 1 && tie() },
    { keys: 'O', does: v('overlays'), run: () => setLettered(!lettered) },
    { keys: 'P', does: v('priors.next'), run: () => nextPrior && compare(nextPrior) },
    ...(pane?.shown?.colour ? [] : presetsOf(pane?.series.modality ?? '').map((preset) => ({ keys: preset.key, does: preset.name, run: () => acts.preset(preset) }))),
    ...panels.flatMap(({ id, keys, label }) => (keys ? [{ keys, does: label, run: () => setPanel(panel === id ? undefined : id) }] : [])),
  ])

  const openPanel = panels.find(({ id }) => id === panel)
  const chosenOf = (study: string) => (hung[active]?.study === study ? hung[active]?.series : undefined)
  const strips = [main, ...compared.flatMap((id) => (others[id] ? [others[id]] : []))]
  return (
    <>
      {compared.map((study) => (
        <StudyOpener key={study} patient={patient.id} study={study} atWork={atWork} attempt={0} onOpening={opening} />
      ))}
      <Head
        title={`${nameOfStudy(main.study)} · ${whenOf(main.study.started)}`}
        onClose={close}
        layout={layout}
        onLayout={layOut}
        tied={count > 1 ? tied !== undefined : undefined}
        onTie={tieAreas}
        panels={panels.map(({ id }) => id).join(' ')}
        panel={panel}
        onPanel={openOrClose}
      />
      <div className="viewer-bar">
        <Toolbar
          windowsOf={pane && !pane.shown?.colour ? pane.series.modality : undefined}
          preset={presetOnGlass(pane, presetsOf(pane?.series.modality ?? ''))?.key}
          inverted={pane?.shown?.invert ?? false}
          acts={acts}
          hand={hand}
          onHand={setHand}
          plays={(pane?.places.length ?? 0) > 1}
          playing={cine.playing !== undefined}
          rate={cine.rate}
          fileRate={cine.fileRate}
          onPlay={play}
          onRate={cine.setRate}
          lettered={lettered}
          onLetters={letters}
        />
      </div>
      {problem ? <ProblemNotice problem={problem} /> : null}
      <div className="viewer-body" data-panel={openPanel !== undefined}>
        <div className="viewer-strips">
          {strips.map(({ study, series }) => (
            <SeriesStrip
              key={study.id}
              study={study.id}
              title={strips.length > 1 ? whenOf(study.started) : t('viewer.series')}
              series={series}
              shown={shown.flatMap((each) => (each?.study === study.id ? [each.series] : [])).join(' ')}
              chosen={chosenOf(study.id)}
              ready={states.some((state) => state?.shown !== undefined) || series.every(({ instances }) => instances.every(({ cannotShow }) => cannotShow))}
              onChoose={choose}
            />
          ))}
          {priors.length > 0 ? <PriorStrip priors={priors} compared={compared} onCompare={compareWith} onAlone={goAlone} /> : null}
        </div>
        <ImageOpenerContext.Provider value={opener}>
          <ActivePlane.Provider value={pane?.shown?.plane}>
            <div className="viewer-panes" data-layout={layout}>
              {Array.from({ length: count }, (_, index) => {
                const each = shown[index]
                const study = each && studies[each.study]
                const series = study?.series.find(({ seriesInstanceUid }) => seriesInstanceUid === each?.series)
                if (!study || !series) {
                  return (
                    <div className="viewer-pane" key={`empty-${index}`} data-active={index === active}>
                      <button type="button" className="viewer-stage viewer-empty" onClick={() => setActive(index)} onFocus={() => setActive(index)}>
                        {v('pane.empty')}
                      </button>
                    </div>
                  )
                }
                return (
                  <Pane
                    key={`${index} ${series.instances[0]?.url ?? series.seriesInstanceUid}`}
                    index={index}
                    patient={patient}
                    study={study.study}
                    series={series}
                    start={stoodAt.get(`${study.study.id}/${series.seriesInstanceUid}`)}
                    active={index === active}
                    hand={hand}
                    lettered={lettered}
                    playing={index === active ? cine.playing : undefined}
                    onState={told}
                    onActive={setActive}
                    onTurn={turned}
                    onStroke={strokeTo}
                  />
                )
              })}
            </div>
          </ActivePlane.Provider>
        </ImageOpenerContext.Provider>
        {openPanel && pane ? (
          <aside className="viewer-panel" aria-label={openPanel.label}>
            <openPanel.Panel pane={pane} onClose={() => setPanel(undefined)} />
          </aside>
        ) : null}
      </div>
    </>
  )
}

/** Where another study is laid: into a free area, else beside the first one of this study that is not the first area. */
const areaBeside = (areas: readonly (Hung | undefined)[], main: string): number => {
  const free = areas.findIndex((each, index) => index > 0 && each === undefined)
  if (free > 0) return free
  const own = areas.findIndex((each, index) => index > 0 && each?.study === main)
  return own > 0 ? own : Math.min(1, areas.length)
}

/** What the rule of turning together needs of an area. */
const followable = (state: PaneState, tiedAt: number) => ({
  places: state.places,
  at: state.wanted,
  tiedAt,
  planeOf: (place: number) => planeOfPlace(state, place),
})

/** From the list of instances, whose series has the frame of reference of what is on the glass; of a frame, from its loaded file. */
const planeOfPlace = ({ places, view, shown }: PaneState, index: number) => {
  const place = places[index]
  if (place?.frame !== undefined) return place.picture === undefined ? undefined : view?.planeOf(place.picture)
  if (!place?.position || !place.orientation) return undefined
  const frameOfReference = shown?.plane?.frameOfReference
  return { position: place.position, orientation: place.orientation, ...(frameOfReference !== undefined && { frameOfReference }) }
}

