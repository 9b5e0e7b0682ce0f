/** Cells of a text of rows (RFC 4180, with any separator): quotes around cells, doubled within, line ends inside quotes kept. */
export const rowsOf = (text: string, separator: string, quote: string): string[][] => {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let isQuoted = false
  const endRow = () => {
    row.push(cell)
    if (row.some((each) => each.trim() !== '')) rows.push(row)
    row = []
    cell = ''
  }
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (isQuoted) {
      if (character !== quote) cell += character
      else if (text[at + 1] === quote) cell += text[++at]
      else isQuoted = false
    } else if (quote !== '' && character === quote && cell.trim() === '') {
      isQuoted = true
      cell = ''
    } else if (character === separator) {
      row.push(cell)
      cell = ''
    } else if (character === '\n' || character === '\r') endRow()
    else cell += character
  }
  endRow()
  return rows
}
