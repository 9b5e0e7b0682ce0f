import { AAndD, ContecLive, Dri, IntelliVue, NoninSlow, NoninSpot, NoninStream, OldContec, TaiDoc, VitalLines, VitalsHl7, type VitalsFramer } from '../framers'
import type { VitalsProfile } from '../profiles'

/** The framer of a vitals profile's protocol. */
export const vitalsFramer = (profile: VitalsProfile): VitalsFramer => {
  switch (profile.protocol) {
    case 'contec-v7':
      return new ContecLive(profile.keepAliveMs)
    case 'contec-old':
      return new OldContec()
    case 'nonin-stream':
      return new NoninStream(profile.format, profile.selectFormat)
    case 'nonin-slow':
      return new NoninSlow(profile.selectFormat)
    case 'nonin-spot':
      return new NoninSpot(profile.selectFormat, profile.acknowledge)
    case 'a-and-d':
      return new AAndD()
    case 'taidoc':
      return new TaiDoc(profile.askMs)
    case 'intellivue':
      return new IntelliVue()
    case 'dri':
      return new Dri(profile.seconds)
    case 'vital-lines':
      return new VitalLines(profile)
    case 'vital-hl7':
      return new VitalsHl7(profile)
  }
}
