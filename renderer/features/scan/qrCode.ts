/** A drawn code: the box that it stands in, and its parts. */
export interface DrawnCode {
  readonly box: string
  readonly paths: readonly string[]
}

/** A QR code (ISO/IEC 18004, error correction M) as paths for elements of our own: no text of anybody's becomes markup. The library is fetched when a band is printed. */
export const drawQrCode = async (text: string): Promise<DrawnCode> => {
  const { drawingSVG, qrcode } = await import('bwip-js/browser')
  const svg = String(qrcode({ bcid: 'qrcode', text, eclevel: 'M', scale: 4 } as Parameters<typeof qrcode>[0], drawingSVG()))
  return { box: /viewBox="([^"]+)"/.exec(svg)?.[1] ?? '0 0 1 1', paths: [...svg.matchAll(/<path d="([^"]+)"/g)].map(([, path = '']) => path) }
}
