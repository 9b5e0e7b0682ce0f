import { useEffect, useState } from 'react'

/** A burst every so often, as long as it sounds. */
const everyMs = 5_000
/** Starts of the pulses of a high priority alarm, in seconds: three, two, a pause, and the same again (IEC 60601-1-8). */
const pulses = [0, 0.2, 0.4, 0.75, 0.95, 1.75, 1.95, 2.15, 2.5, 2.7]
const pulseSeconds = 0.13
const pitches = [880, 1_320]
const loudness = 0.5

const burst = (context: AudioContext): void => {
  const begin = context.currentTime + 0.02
  for (const at of pulses) {
    const gain = context.createGain()
    gain.gain.setValueAtTime(0, begin + at)
    gain.gain.linearRampToValueAtTime(loudness, begin + at + 0.02)
    gain.gain.setValueAtTime(loudness, begin + at + pulseSeconds - 0.03)
    gain.gain.linearRampToValueAtTime(0, begin + at + pulseSeconds)
    gain.connect(context.destination)
    for (const pitch of pitches) {
      const tone = context.createOscillator()
      tone.frequency.value = pitch
      tone.connect(gain)
      tone.start(begin + at)
      tone.stop(begin + at + pulseSeconds)
    }
  }
}

/** Sounds while it is on. Answers whether this computer can make the sound; it is tried from the first moment. */
export const useAlarmSound = (isOn: boolean): boolean => {
  const [isAble, setAble] = useState(true)
  useEffect(() => {
    if (!isOn) return undefined
    const context = typeof AudioContext === 'undefined' ? undefined : new AudioContext()
    if (!context) {
      // oxlint-disable-next-line react/set-state-in-effect -- only trying tells
      setAble(false)
      return undefined
    }
    const sound = () => {
      void context.resume().then(
        () => {
          setAble(context.state === 'running')
          burst(context)
        },
        () => setAble(false),
      )
    }
    sound()
    const timer = setInterval(sound, everyMs)
    return () => {
      clearInterval(timer)
      void context.close()
    }
  }, [isOn])
  return isAble
}
