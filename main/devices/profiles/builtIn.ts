import astmGeneric from './astm-generic/profile.json'
import cobasC111Export from './cobas-c111-export/profile.json'
import contecCms50 from './contec-cms50/profile.json'
import csvGeneric from './csv-generic/profile.json'
import hemoscreen from './hemoscreen/profile.json'
import hl7Generic from './hl7-generic/profile.json'
import linesGeneric from './lines-generic/profile.json'
import mindrayBc from './mindray-bc/profile.json'
import miniVidas from './mini-vidas/profile.json'
import spotchemEl from './spotchem-el/profile.json'
import sysmexXn from './sysmex-xn/profile.json'
import urineStripPrinter from './urine-strip-printer/profile.json'
import { profileShape, type Profile } from './schema'

/** Every profile that comes with the product, checked when it is loaded; those that map no test stand last of their kind. */
export const builtIn: readonly Profile[] = [
  cobasC111Export,
  hemoscreen,
  mindrayBc,
  miniVidas,
  spotchemEl,
  sysmexXn,
  urineStripPrinter,
  astmGeneric,
  csvGeneric,
  hl7Generic,
  linesGeneric,
  contecCms50,
].map((data) => profileShape.parse(data))
