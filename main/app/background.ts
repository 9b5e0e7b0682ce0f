import { app, Menu, nativeImage, Tray } from 'electron'
import { trayIcon } from './trayIcon'
import { trayWords } from './trayWords'

/**
 * Whether the application goes on without a window: others work over this computer while it is the hub, or modalities send to it. A sign beside the
 * clock says so, and from there it can be opened or ended; where a desktop has no such place, starting Outpost again opens it.
 */
export const openBackground = ({ open }: { readonly open: () => void }) => {
  let tray: Tray | undefined
  const show = () => {
    try {
      tray = new Tray(nativeImage.createFromDataURL(trayIcon))
      const words = trayWords(app.getPreferredSystemLanguages())
      tray.setToolTip(words.tip)
      tray.setContextMenu(Menu.buildFromTemplate([{ label: words.open, click: open }, { type: 'separator' }, { label: words.quit, click: () => app.quit() }]))
      tray.on('click', open)
    } catch {
      tray = undefined
    }
  }
  let stays = false
  return {
    /** The last window may be closed without an end to it. */
    stays: () => stays,
    become: (next: boolean) => {
      if (next === stays) return
      stays = next
      if (stays) return show()
      tray?.destroy()
      tray = undefined
    },
  }
}
