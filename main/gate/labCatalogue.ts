import { done, type labCatalogueRequests } from '../../shared/contract'
import type { Charting } from '../charting'
import type { Handlers } from './handler'

/** The requests of `labCatalogueRequests`. */
export const labCatalogueHandlers = ({ charting: { labOrders: { catalogue } } }: { readonly charting: Charting }): Handlers<typeof labCatalogueRequests> => ({
  async readCatalogue() {
    return done(await catalogue.read())
  },
  saveCatalogueTest: (ask, { session }) => catalogue.saveTest(ask, session),
  saveCataloguePanel: (ask, { session }) => catalogue.savePanel(ask, session),
  saveCatalogueSet: (ask, { session }) => catalogue.saveSet(ask, session),
})
