/** Sets the eighth bit of each byte so that the number of its bits is even. */
export function parityEven7bit(text: string): string {
  return mapBytes(text, EVEN);
}

/** Sets the eighth bit of each byte so that the number of its bits is odd. */
export function parityOdd7bit(text: string): string {
  return mapBytes(text, ODD);
}

/** Clears the eighth bit of each byte. */
export function parityZero7bit(text: string): string {
  return mapBytes(text, ZERO);
}

const EVEN = makeTable((low, isOdd) => (isOdd ? low | 128 : low));
const ODD = makeTable((low, isOdd) => (isOdd ? low : low | 128));
const ZERO = makeTable((low) => low);

function makeTable(change: (low: number, isOdd: boolean) => number): readonly string[] {
  return Array.from({ length: 256 }, (_, code) => {
    const low = code & 127;
    let bits = low ^ (low >> 4);
    bits ^= bits >> 2;
    bits ^= bits >> 1;
    return String.fromCharCode(change(low, (bits & 1) === 1));
  });
}

function mapBytes(text: string, table: readonly string[]): string {
  let out = '';
  for (let at = 0; at < text.length; at++) out += table[text.charCodeAt(at)] ?? '';
  return out === text ? text : out;
}
