import type { Replica } from '../../replica'

/** How this workstation stands on DICOM's network; its own, never synced. */
export interface NetworkSettings {
  readonly isOn: boolean
  readonly aeTitle: string
  readonly port: number
  readonly tls: boolean
  /** PEM; made once, so that peers which pinned it go on knowing us. */
  readonly certificate?: { readonly certificate: string; readonly key: string }
}

const kind = 'dicom-network'
const id = 'settings'

/** The registered port of DICOM that needs no special rights (IANA 11112). */
const usualPort = 11112

/** An AE title of a workstation that nobody has named. */
const usualTitle = (station: string): string => `OUTPOST-${station}`.slice(0, 16)

/** Reads the settings; off until somebody switches it on. */
export const readSettings = async ({ local }: Pick<Replica, 'local'>, station: string): Promise<NetworkSettings> =>
  (await local.get<NetworkSettings>(kind, id))?.value ?? { isOn: false, aeTitle: usualTitle(station), port: usualPort, tls: false }

/** Keeps them. */
export const keepSettings = async ({ local }: Pick<Replica, 'local'>, settings: NetworkSettings): Promise<void> => void (await local.put(kind, id, settings))
