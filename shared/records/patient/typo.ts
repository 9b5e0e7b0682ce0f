/** Whether one letter more, less, other, or two swapped make `typed` of `word`, or (`asBeginning`) of how `word` begins. */
export const isOneTypoAway = (typed: string, word: string, asBeginning: boolean): boolean => {
  const shared = Math.min(typed.length, word.length)
  let same = 0
  while (same < shared && typed.charCodeAt(same) === word.charCodeAt(same)) same += 1
  const rest = (fromTyped: number, fromWord: number): boolean => {
    const left = typed.length - fromTyped
    if (left < 0 || fromWord > word.length) return false
    return asBeginning ? word.startsWith(typed.slice(fromTyped), fromWord) : word.length - fromWord === left && word.endsWith(typed.slice(fromTyped))
  }
  const swapped = typed.charCodeAt(same) === word.charCodeAt(same + 1) && typed.charCodeAt(same + 1) === word.charCodeAt(same)
  return rest(same + 1, same + 1) || rest(same + 1, same) || rest(same, same + 1) || (swapped && rest(same + 2, same + 2))
}
