/** A drawn bar code: the box that it stands in, and its bars by their width. */
export interface DrawnBars {
  readonly box: string
  readonly bars: readonly { readonly width: number; readonly path: string }[]
}

/** Reads the library's drawing; nothing of its text becomes markup. */
const barsIn = (svg: string): DrawnBars => ({
  box: /viewBox="([\d .]+)"/.exec(svg)?.[1] ?? '0 0 1 1',
  bars: [...svg.matchAll(/<path stroke="#000000" stroke-width="(\d+)" d="([MLZ\d .]+)"/g)].map(([, width = '0', path = '']) => ({ width: Number(width), path })),
})

/** A Code 128 bar code (ISO/IEC 15417), which hand scanners and analysers read. The library is fetched when a label is printed. */
export const drawLineCode = async (text: string): Promise<DrawnBars> => {
  const { code128, drawingSVG } = await import('bwip-js/browser')
  return barsIn(String(code128({ bcid: 'code128', text, height: 9, scale: 2 } as Parameters<typeof code128>[0], drawingSVG())))
}
