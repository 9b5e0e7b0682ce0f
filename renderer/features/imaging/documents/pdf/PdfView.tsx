import { useEffect, useRef, useState } from 'react'
import { Button, Notice, ScrollRegion, Waiting } from '../../../../components'
import { d } from '../words'
import type { Pages } from './pages'

interface Props {
  readonly bytes: Uint8Array
  readonly title: string
}

/** CSS pixels: a page as wide as it is read easily, and the steps around that. */
const widths = [480, 640, 800, 1000, 1250, 1600] as const
const usualWidth = 2

/** A document page by page. */
export const PdfView = ({ bytes, title }: Props) => {
  const [pages, setPages] = useState<Pages>()
  const [failed, setFailed] = useState(false)
  const [number, setNumber] = useState(1)
  const [step, setStep] = useState(usualWidth)
  useEffect(() => {
    let gone = false
    let opened: Pages | undefined
    const open = async () => {
      const { openPages } = await import('./pages')
      opened = await openPages(bytes)
      if (gone) opened.close()
      else setPages(opened)
    }
    setPages(undefined)
    setFailed(false)
    setNumber(1)
    open().catch(() => {
      if (!gone) setFailed(true)
    })
    return () => {
      gone = true
      opened?.close()
    }
  }, [bytes])
  if (failed) {
    return (
      <Notice tone="abnormal" role="alert" title={d('pdf.failed')}>
        <p>{d('pdf.failed.text')}</p>
      </Notice>
    )
  }
  if (!pages) return <Waiting>{d('pdf.opening')}</Waiting>
  return (
    <article className="pdf" aria-label={d('pdf')}>
      <h3>{title === '' ? d('pdf.untitled') : title}</h3>
      <div className="pdf-tools" role="toolbar" aria-label={d('pdf.pages')}>
        <Button onClick={() => setNumber(number - 1)} disabled={number === 1}>{d('pdf.previous')}</Button>
        <span role="status">{d('pdf.page', { number, count: pages.count })}</span>
        <Button onClick={() => setNumber(number + 1)} disabled={number === pages.count}>{d('pdf.next')}</Button>
        <Button onClick={() => setStep(step - 1)} disabled={step === 0}>{d('pdf.smaller')}</Button>
        <Button onClick={() => setStep(step + 1)} disabled={step === widths.length - 1}>{d('pdf.larger')}</Button>
      </div>
      <Page key={number} pages={pages} number={number} width={widths[step] ?? widths[usualWidth]} />
    </article>
  )
}

const Page = ({ pages, number, width }: { readonly pages: Pages; readonly number: number; readonly width: number }) => {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [text, setText] = useState<string>()
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    let gone = false
    if (!canvas.current) return
    setFailed(false)
    pages.draw(number, canvas.current, width).then(
      (said) => {
        if (!gone) setText(said)
      },
      () => {
        if (!gone) setFailed(true)
      },
    )
    return () => {
      gone = true
    }
  }, [pages, number, width])
  return (
    <>
      {failed ? <Notice tone="abnormal" title={d('pdf.page.failed')} /> : null}
      <ScrollRegion className="pdf-page" aria-label={d('pdf.page', { number, count: pages.count })}>
        <canvas ref={canvas} role="img" aria-label={d('pdf.page', { number, count: pages.count })} data-page={text === undefined ? undefined : number} />
      </ScrollRegion>
      {text === undefined || text === '' ? null : (
        <details>
          <summary>{d('pdf.text')}</summary>
          <p className="pdf-text">{text}</p>
        </details>
      )}
    </>
  )
}
