/**
 * The only file that knows pdf.js. It is loaded when a document is opened (1.8 MB), never before. Pages are drawn by script
 * in the sandboxed window, from bytes that are handed over: no script of a document runs, no address in it is fetched, no
 * link can be followed (only the pages are drawn, not the layer in which links and forms would be).
 */
import { getDocument, GlobalWorkerOptions, type PDFDocumentLoadingTask } from 'pdfjs-dist/legacy/build/pdf.mjs'

/** What comes with pdf.js: its worker, fonts that documents may leave out, tables for Asian scripts, decoders. Served with our own pages. */
const companions = import.meta.glob<string>('../../../../../node_modules/pdfjs-dist/{legacy/build/pdf.worker.min.mjs,standard_fonts/*.{pfb,ttf},cmaps/*.bcmap,wasm/*.wasm}', { query: '?url', import: 'default', eager: true })
const byName = new Map(Object.entries(companions).map(([path, url]) => [path.slice(path.lastIndexOf('/') + 1), url]))

const companion = async (name: string): Promise<Uint8Array> => {
  const url = byName.get(name)
  if (url === undefined) throw new Error('no such companion')
  const answer = await fetch(url)
  if (!answer.ok) throw new Error('companion missing')
  return new Uint8Array(await answer.arrayBuffer())
}

class Fonts {
  fetch({ filename }: { readonly filename: string }): Promise<Uint8Array> {
    return companion(filename)
  }
}
class CMaps {
  async fetch({ name }: { readonly name: string }): Promise<{ readonly cMapData: Uint8Array; readonly isCompressed: true }> {
    return { cMapData: await companion(`${name}.bcmap`), isCompressed: true }
  }
}

/** Pixels of one image inside a document, and of one drawn page: a page of a hostile document may claim any size. */
const mostImagePixels = 64 * 1024 * 1024
const mostCanvasPixels = 16 * 1024 * 1024

/** An opened document. */
export interface Pages {
  readonly count: number
  /** Draws a page, from 1, at a width in CSS pixels; answers its text. */
  draw(number: number, canvas: HTMLCanvasElement, width: number): Promise<string>
  close(): void
}

/** Opens a document; throws when it is damaged or locked. The bytes are copied. */
export const openPages = async (bytes: Uint8Array): Promise<Pages> => {
  GlobalWorkerOptions.workerSrc = byName.get('pdf.worker.min.mjs') ?? ''
  const task: PDFDocumentLoadingTask = getDocument({
    data: bytes.slice(),
    StandardFontDataFactory: Fonts,
    CMapReaderFactory: CMaps,
    WasmFactory: Fonts,
    useWorkerFetch: false,
    isEvalSupported: false,
    enableXfa: false,
    useSystemFonts: false,
    maxImageSize: mostImagePixels,
    canvasMaxAreaInBytes: mostCanvasPixels * 4,
    verbosity: 0,
  })
  let drawing: { cancel(): void } | undefined
  try {
    const document = await task.promise
    return {
      count: document.numPages,
      async draw(number, canvas, width) {
        drawing?.cancel()
        const page = await document.getPage(number)
        const natural = page.getViewport({ scale: 1 })
        const sharpness = window.devicePixelRatio || 1
        const asked = (width / natural.width) * sharpness
        const scale = Math.min(asked, Math.sqrt(mostCanvasPixels / (natural.width * natural.height)))
        const viewport = page.getViewport({ scale })
        canvas.width = Math.max(1, Math.floor(viewport.width))
        canvas.height = Math.max(1, Math.floor(viewport.height))
        canvas.style.width = `${width}px`
        canvas.style.height = `${(width * natural.height) / natural.width}px`
        const run = page.render({ canvas, viewport, background: '#ffffff' })
        drawing = run
        await run.promise
        const { items } = await page.getTextContent()
        page.cleanup()
        return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : ' ') : '')).join('').replace(/[ \t]+/g, ' ').trim()
      },
      close() {
        drawing?.cancel()
        void task.destroy()
      },
    }
  } catch (reason) {
    void task.destroy()
    throw reason
  }
}
