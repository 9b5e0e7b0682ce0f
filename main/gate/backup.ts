import { done, type Answer, type backupRequests, type CheckedAsk, type FoundBackup, type RestoreReport, type restoreRequests } from '../../shared/contract'
import type { BackupDesk } from '../backup'
import type { Handlers } from './handler'

/** The requests of `backupRequests`. */
export const backupHandlers = ({ backup }: { readonly backup: BackupDesk }): Handlers<typeof backupRequests> => ({
  backupState: async () => done(await backup.state()),
  chooseBackupFolder: ({ folder }) => backup.choose(folder),
  backUpNow: ({ to }) => backup.start(to),
  rehearseBackup: () => backup.startRehearsal(),
  cancelBackup: async () => done(await backup.cancel()),
})

/** Restoring into a data folder that holds nothing yet: what the host offers before anything else is there. */
export interface RestoreLifecycle {
  find(folder: string): Promise<Answer<FoundBackup[]>>
  restore(ask: CheckedAsk<'restoreBackup'>): Promise<Answer<RestoreReport>>
  cancelRestore(): void
}

/** The requests of `restoreRequests`. */
export const restoreHandlers = (lifecycle: RestoreLifecycle): Handlers<typeof restoreRequests> => ({
  findBackups: ({ folder }) => lifecycle.find(folder),
  restoreBackup: (ask) => lifecycle.restore(ask),
  cancelRestore: async () => {
    lifecycle.cancelRestore()
    return done(null)
  },
})
