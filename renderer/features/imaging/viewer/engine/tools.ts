import { Enums, PanTool, ToolGroupManager, WindowLevelTool, ZoomTool, type addTool } from '@cornerstonejs/tools'

/** A tool of Cornerstone's, or one made like it. */
export type EngineTool = Parameters<typeof addTool>[0] & { readonly toolName: string }

/** Every tool that a hand of the viewer names (see `tools.ts`). This file is loaded with the first picture. */
export const engineTools: readonly EngineTool[] = [WindowLevelTool, PanTool, ZoomTool]

/** The tools of one picture area. */
export interface Hands {
  /** Gives the left button, or one finger, to a tool; `undefined` where the viewer itself follows it. */
  use(tool: string | undefined): void
  close(): void
}

/** The middle button always moves, the right one always zooms. */
const standing = [
  { tool: PanTool.toolName, button: Enums.MouseBindings.Auxiliary },
  { tool: ZoomTool.toolName, button: Enums.MouseBindings.Secondary },
]

/** Puts the tools onto a picture area. */
export const openHands = (viewportId: string, renderingEngineId: string): Hands => {
  const group = ToolGroupManager.createToolGroup(viewportId)
  for (const { toolName } of engineTools) group?.addTool(toolName)
  group?.addViewport(viewportId, renderingEngineId)
  return {
    use(tool) {
      for (const { toolName } of engineTools) group?.setToolPassive(toolName, { removeAllBindings: true })
      for (const each of standing) {
        const bindings = [{ mouseButton: each.button }, ...(each.tool === tool ? [{ mouseButton: Enums.MouseBindings.Primary }] : [])]
        group?.setToolActive(each.tool, { bindings })
      }
      if (tool !== undefined && !standing.some((each) => each.tool === tool)) {
        group?.setToolActive(tool, { bindings: [{ mouseButton: Enums.MouseBindings.Primary }] })
      }
    },
    close: () => ToolGroupManager.destroyToolGroup(viewportId),
  }
}
