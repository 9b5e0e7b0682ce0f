/** What draws WebGL on this computer, as the driver names itself; '' when nothing does. */
export const rendererName = (): string => {
  const canvas = document.createElement('canvas')
  const gl = canvas.getContext('webgl2') ?? canvas.getContext('webgl')
  if (!gl) return ''
  const info = gl.getExtension('WEBGL_debug_renderer_info')
  const name: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER)
  gl.getExtension('WEBGL_lose_context')?.loseContext()
  return typeof name === 'string' ? name : ''
}

/** Software WebGL scrolls at 17–22 pictures a second where drawing on the processor does 90–190. */
export const isSoftwareRenderer = (name: string): boolean => name === '' || /swiftshader|llvmpipe|softpipe|software|microsoft basic render/i.test(name)
