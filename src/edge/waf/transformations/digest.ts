/**
 * MD5 (RFC 1321) and SHA-1 (RFC 3174), because CRS compares and samples by them. Here and not Web Crypto, which only answers by
 * promise: a rule is evaluated in one go. Neither guards anything.
 */

export function md5(text: string): string {
  let [a, b, c, d] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  const words = pad(text, true);
  for (let block = 0; block < words.length; block += 16) {
    const before = [a, b, c, d] as const;
    for (let step = 0; step < 64; step++) {
      const round = step >> 4;
      let mixed: number;
      let word: number;
      if (round === 0) {
        mixed = (b & c) | (~b & d);
        word = step;
      } else if (round === 1) {
        mixed = (d & b) | (~d & c);
        word = (5 * step + 1) & 15;
      } else if (round === 2) {
        mixed = b ^ c ^ d;
        word = (3 * step + 5) & 15;
      } else {
        mixed = c ^ (b | ~d);
        word = (7 * step) & 15;
      }
      const sum = (a + mixed + MD5_SINES[step]! + words[block + word]!) | 0;
      [a, d, c, b] = [d, c, b, (b + rotate(sum, MD5_TURNS[round * 4 + (step & 3)]!)) | 0];
    }
    a = (a + before[0]) | 0;
    b = (b + before[1]) | 0;
    c = (c + before[2]) | 0;
    d = (d + before[3]) | 0;
  }
  return [a, b, c, d].map((word) => wordToBytes(swap(word))).join('');
}

export function sha1(text: string): string {
  let [a, b, c, d, e] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
  const words = pad(text, false);
  const schedule = new Int32Array(80);
  for (let block = 0; block < words.length; block += 16) {
    schedule.set(words.subarray(block, block + 16));
    for (let at = 16; at < 80; at++) {
      schedule[at] = rotate(schedule[at - 3]! ^ schedule[at - 8]! ^ schedule[at - 14]! ^ schedule[at - 16]!, 1);
    }
    const before = [a, b, c, d, e] as const;
    for (let step = 0; step < 80; step++) {
      const mixed = step < 20 ? (b & c) | (~b & d) : step >= 40 && step < 60 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const sum = (rotate(a, 5) + mixed + e + schedule[step]! + SHA1_ROUNDS[Math.floor(step / 20)]!) | 0;
      [e, d, c, b, a] = [d, c, rotate(b, 30), a, sum];
    }
    a = (a + before[0]) | 0;
    b = (b + before[1]) | 0;
    c = (c + before[2]) | 0;
    d = (d + before[3]) | 0;
    e = (e + before[4]) | 0;
  }
  return [a, b, c, d, e].map(wordToBytes).join('');
}

const MD5_SINES = Int32Array.from({ length: 64 }, (_, step) => Math.floor(Math.abs(Math.sin(step + 1)) * 2 ** 32) | 0);
const MD5_TURNS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SHA1_ROUNDS = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc | 0, 0xca62c1d6 | 0];

/** The text's bytes as 32-bit words, a one bit, zeros, and its length in bits; a whole number of blocks of 16 words. */
function pad(text: string, isLittleEndian: boolean): Int32Array {
  const words = new Int32Array(((text.length + 8) >> 6) * 16 + 16);
  const put = (byte: number, at: number) => {
    words[at >> 2] = words[at >> 2]! | (byte << ((isLittleEndian ? at & 3 : 3 - (at & 3)) * 8));
  };
  for (let at = 0; at < text.length; at++) put(text.charCodeAt(at) & 255, at);
  put(0x80, text.length);
  // Texts are far below the 512 MB from which the length needs its upper word.
  words[words.length - (isLittleEndian ? 2 : 1)] = text.length * 8;
  return words;
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

function swap(word: number): number {
  return (rotate(word, 8) & 0x00ff00ff) | (rotate(word, 24) & (0xff00ff00 | 0));
}

function wordToBytes(word: number): string {
  return String.fromCharCode((word >>> 24) & 255, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
}
