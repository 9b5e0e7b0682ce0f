import aAndDCuff from './a-and-d-cuff/profile.json'
import aAndDScale from './a-and-d-scale/profile.json'
import afinion2 from './afinion-2/profile.json'
import astmGeneric from './astm-generic/profile.json'
import cobasC111 from './cobas-c111/profile.json'
import cobasC111Export from './cobas-c111-export/profile.json'
import cobasC311 from './cobas-c311/profile.json'
import contecCms50 from './contec-cms50/profile.json'
import contecCms50Old from './contec-cms50-old/profile.json'
import csvGeneric from './csv-generic/profile.json'
import dcaVantage from './dca-vantage/profile.json'
import geDri from './ge-dri/profile.json'
import genexpert from './genexpert/profile.json'
import genexpertHl7 from './genexpert-hl7/profile.json'
import heightRodLines from './height-rod-lines/profile.json'
import hemoscreen from './hemoscreen/profile.json'
import hl7Generic from './hl7-generic/profile.json'
import horibaMicros from './horiba-micros/profile.json'
import horibaYumizen from './horiba-yumizen/profile.json'
import intellivueMib from './intellivue-mib/profile.json'
import linesGeneric from './lines-generic/profile.json'
import masimoAscii from './masimo-ascii/profile.json'
import mindrayBc from './mindray-bc/profile.json'
import mindrayEgateway from './mindray-egateway/profile.json'
import miniVidas from './mini-vidas/profile.json'
import nonin13 from './nonin-13/profile.json'
import nonin2 from './nonin-2/profile.json'
import nonin7 from './nonin-7/profile.json'
import nonin8 from './nonin-8/profile.json'
import noninPrinter from './nonin-printer/profile.json'
import scaleLines from './scale-lines/profile.json'
import spotchemEl from './spotchem-el/profile.json'
import sysmexXn from './sysmex-xn/profile.json'
import sysmexXp from './sysmex-xp/profile.json'
import taidocGlucometer from './taidoc-glucometer/profile.json'
import thermometerLines from './thermometer-lines/profile.json'
import urineStripPrinter from './urine-strip-printer/profile.json'
import { profileShape, type Profile } from './schema'

let checked: readonly Profile[] | undefined

/**
 * Every profile that comes with the product; those that map no test stand last of their kind. Checked when they are first asked
 * for: the sign-in screen does not wait for it.
 */
export const builtIn = (): readonly Profile[] => (checked ??= files.map((data) => profileShape.parse(data)))

const files: readonly unknown[] = [
  afinion2,
  cobasC111,
  cobasC111Export,
  cobasC311,
  dcaVantage,
  genexpert,
  genexpertHl7,
  hemoscreen,
  horibaMicros,
  horibaYumizen,
  mindrayBc,
  miniVidas,
  spotchemEl,
  sysmexXn,
  sysmexXp,
  urineStripPrinter,
  astmGeneric,
  csvGeneric,
  hl7Generic,
  linesGeneric,
  aAndDCuff,
  aAndDScale,
  contecCms50,
  contecCms50Old,
  geDri,
  heightRodLines,
  intellivueMib,
  masimoAscii,
  mindrayEgateway,
  nonin13,
  nonin2,
  nonin7,
  nonin8,
  noninPrinter,
  scaleLines,
  taidocGlucometer,
  thermometerLines,
]
