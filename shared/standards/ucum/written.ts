/** A UCUM unit as people write it: `10*3/uL` is 10³/µL. */
export const unitText = (unit: string): string =>
  unit
    .replace(/^10\*(\d+)\//, (_whole, power: string) => `10${[...power].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')}/`)
    .replace(/\/uL$/, '/µL')
    .replace('{1.73_m2}', '1.73 m²')
