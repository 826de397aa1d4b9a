import type { Feature } from '../../../model/schema.ts';
import type { NumberedEvent } from '../../actors/contracts.ts';

interface Words {
  /** What the input is, as a label. */
  readonly label: string;
  /** What it says against a request when it is high. */
  readonly against: string;
}

const INPUTS: Readonly<Record<Feature, Words>> = {
  waf_score: { label: 'Rules that matched', against: 'rules matched' },
  bot_score: { label: 'Bot fingerprint', against: 'the client looks automated' },
  ip_reputation: { label: 'Reputation of the address', against: 'the address has a bad record' },
  sql_likeness: { label: 'Reads like SQL', against: 'it reads like SQL' },
  markup_likeness: { label: 'Reads like markup or script', against: 'it reads like markup or script' },
  shell_likeness: { label: 'Reads like a shell command', against: 'it reads like a shell command' },
  path_likeness: { label: 'Reads like a file path', against: 'it reads like a path to files' },
  attack_likeness: { label: 'Reads like an attack', against: 'it reads like an attack' },
  weighed_score: { label: 'Rulesets that weigh', against: 'rulesets that only weigh matched' },
  weighed_agreement: { label: 'Rulesets and text agree', against: 'rulesets and text name the same attack' },
  encoding_depth: { label: 'Layers of encoding', against: 'it is encoded over and over' },
  text_length: { label: 'Length of the text', against: 'it is long' },
};

/** An input that adds less is not worth a word in a sentence. */
const NOTABLE = 0.03;
/** Of what the heaviest adds: what is lighter than that did not decide anything beside it. */
const NOTABLE_SHARE = 1 / 6;

/** A model's input as a label; a newer model may have inputs that this page does not know. */
export function inputLabel(name: string): string {
  return Object.entries(INPUTS).find(([known]) => known === name)?.[1].label ?? name.replaceAll('_', ' ');
}

/** Whether nothing spoke as much against a request as the record of its address. */
export function reputationWeighs({ contributions = {} }: Pick<NumberedEvent, 'contributions'>): boolean {
  const [heaviest] = Object.entries(contributions).toSorted(([, a], [, b]) => b - a);
  return heaviest !== undefined && heaviest[0] === 'ip_reputation' && heaviest[1] >= NOTABLE;
}

/** What spoke most against a request, in words, the heaviest first; empty where the event does not tell. */
export function sayInputs(
  { contributions = {} }: Pick<NumberedEvent, 'contributions'>,
  most: number,
): readonly string[] {
  const heaviest = Math.max(0, ...Object.values(contributions));
  return Object.entries(contributions)
    .filter(([, added]) => added >= NOTABLE && added >= heaviest * NOTABLE_SHARE)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .flatMap(([name]) => Object.entries(INPUTS).find(([known]) => known === name)?.[1].against ?? []);
}
