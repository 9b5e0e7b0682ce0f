import { useEffect, useRef } from 'react'
import type { WavePiece } from '../../../shared/contract'
import { clinic, useEvent } from '../../client'

/** The wish to see curves ends after fifteen seconds. */
const wishMs = 5_000

/** Asks for the curves of these devices as long as the screen stands, and hands each piece on. */
export const useWaves = (devices: readonly string[], take: (piece: WavePiece) => void): void => {
  const key = devices.join(' ')
  const wished = useRef<ReadonlySet<string>>(new Set())
  useEffect(() => {
    const watched = key === '' ? [] : key.split(' ')
    wished.current = new Set(watched)
    if (watched.length === 0) return
    const wish = () => void clinic.watchWaves({ devices: watched.slice(0, 32) })
    wish()
    const timer = setInterval(wish, wishMs)
    return () => clearInterval(timer)
  }, [key])
  useEvent('waveChanged', (piece) => {
    if (wished.current.has(piece.device)) take(piece)
  })
}
