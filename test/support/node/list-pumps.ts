import { listBytes } from '../../../src/edge/waf/regex/byte-set.ts';
import type { Pattern } from '../../../src/edge/waf/regex/pattern.ts';
import { readPattern } from '../../../src/edge/waf/regex/read-pattern.ts';

/** As many attacks on one pattern as the worst of CRS gives rise to in kind; the rest are variations. */
const PUMPS_LIMIT = 24;
/** Repetitions of more than this are loops worth pumping. */
const LOOP = 8;

interface Pump {
  readonly prefix: string;
  readonly pump: string;
}

/**
 * Texts made to cost a pattern as much as they can: for each of its loops what leads there, the loop's body over and over, and an
 * end that spoils the match; the same with what leads there in the pump, so that each round begins a search anew; and near
 * misses of the whole; and all of it mixed. Each of about `length` bytes; none where the pattern does not read.
 */
export function listPumps(source: string, length = 65_536): string[] {
  const read = readPattern(source, false);
  if (!read.ok) return [];
  const pumps: Pump[] = [];
  for (let variant = 0; variant < 3; variant++) {
    collect(read.pattern, '', variant, pumps);
    const whole = sample(read.pattern, variant);
    pumps.push({ prefix: '', pump: whole.slice(0, -1) }, { prefix: whole.slice(0, -1), pump: whole.slice(-1) });
  }
  const texts = new Set<string>();
  for (const { prefix, pump } of spread(pumps)) {
    if (pump === '') continue;
    const rounds = Math.max(1, Math.floor((length - prefix.length) / pump.length));
    texts.add(`${prefix.slice(0, length)}${pump.repeat(rounds)}\u0001`.slice(-length));
    if (texts.size >= PUMPS_LIMIT) break;
  }
  for (let seed = 1; seed <= 2; seed++)
    texts.add(
      mix(
        pumps.map(({ pump }) => pump),
        length,
        seed,
      ),
    );
  return [...texts];
}

/** Pieces in an order without a pattern, some of them cut: what leads an automaton to ever new states. */
function mix(pieces: readonly string[], length: number, seed: number): string {
  let random = seed;
  const next = (below: number) => {
    random = (random * 48_271) % 0x7fffffff;
    return random % below;
  };
  let text = '';
  while (text.length < length) {
    const piece = pieces[next(pieces.length)] ?? '';
    text +=
      piece.slice(next(2) === 0 ? 0 : next(piece.length + 1), piece.length + 1 - next(2)) ||
      String.fromCharCode(next(256));
  }
  return text.slice(0, length);
}

/** From all over the list, when there are more than are wanted. */
function spread(pumps: readonly Pump[]): readonly Pump[] {
  const unique = [...new Map(pumps.map((pump) => [`${pump.prefix}\n${pump.pump}`, pump])).values()];
  const stride = Math.max(1, Math.floor(unique.length / PUMPS_LIMIT));
  return unique.filter((_, index) => index % stride === 0);
}

/** The loops of a pattern, each behind a text that leads to it. */
function collect(pattern: Pattern, prefix: string, variant: number, pumps: Pump[]): void {
  switch (pattern.kind) {
    case 'sequence': {
      let before = prefix;
      for (const part of pattern.parts) {
        collect(part, before, variant, pumps);
        before += sample(part, variant);
      }
      return;
    }
    case 'choice':
      for (const option of pattern.options) collect(option, prefix, variant, pumps);
      return;
    case 'repeat': {
      if (pattern.max > LOOP) {
        const body = sample(pattern.body, variant);
        pumps.push({ prefix, pump: body }, { prefix: '', pump: prefix + body }, { prefix: '', pump: body + prefix });
      }
      collect(pattern.body, prefix, variant, pumps);
      return;
    }
    case 'group':
    case 'atomic':
    case 'look':
      collect(pattern.body, prefix, variant, pumps);
      return;
    case 'bytes':
    case 'assertion':
    case 'reference':
      return;
  }
}

/** A short text that the piece matches; another one for another variant. */
function sample(pattern: Pattern, variant: number): string {
  switch (pattern.kind) {
    case 'bytes': {
      const bytes = listBytes(pattern.set);
      // Among many bytes letters and spaces, which loops next to one another most often share.
      const chosen = ['a', ' ', '1', '<', "'"].slice(variant).find((char) => bytes.includes(char.charCodeAt(0)));
      return chosen ?? String.fromCharCode(bytes[variant % Math.max(1, bytes.length)] ?? 0);
    }
    case 'sequence':
      return pattern.parts.map((part) => sample(part, variant)).join('');
    case 'choice':
      return sample(pattern.options.at((variant * 7) % pattern.options.length)!, variant);
    case 'repeat':
      return sample(pattern.body, variant).repeat(
        Math.min(Math.max(pattern.min, variant === 0 ? 0 : 1), pattern.max, 64),
      );
    case 'group':
    case 'atomic':
      return sample(pattern.body, variant);
    case 'assertion':
    case 'look':
    case 'reference':
      return '';
  }
}
