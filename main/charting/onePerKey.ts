/** Acts that are remembered; older ones are still one record, by the replica's own key. */
const most = 500

/**
 * Makes a repeated act one act: ten fast clicks on Save run once and all get its answer, so that no
 * counter number is spent twice. An act that failed may be tried again.
 */
export const onePerKey = () => {
  const acts = new Map<string, Promise<unknown>>()
  return <Value>(key: string, act: () => Promise<Value>, isKept: (value: Value) => boolean): Promise<Value> => {
    const running = acts.get(key) as Promise<Value> | undefined
    if (running) return running
    const started = act()
    acts.set(key, started)
    started.then(
      (value) => isKept(value) || acts.delete(key),
      () => acts.delete(key),
    )
    const oldest = acts.keys().next()
    if (acts.size > most && !oldest.done) acts.delete(oldest.value)
    return started
  }
}
