import type { ReleaseChanges, ReleaseRecord } from '../../actors/contracts.ts';
import type { RulesetDiff } from '../ruleset-diff.ts';
import { bytes, count } from './counts.ts';
import type { Paint } from './paint.ts';
import { clip, plain } from './plain.ts';
import { table } from './table.ts';
import { ago } from './when.ts';

/** Ids that a person reads; `--json` has them all. */
const IDS_SHOWN = 8;
const VALUE_WIDTH = 100;

/** What a publish answers, of a ruleset with its name and mode. */
export interface Published {
  readonly dry_run: boolean;
  readonly seq: number;
  readonly hash: string;
  readonly changed: boolean;
  readonly changes: ReleaseChanges;
  readonly ruleset?: string;
  readonly mode?: string;
}

export function describePublished(what: string, published: Published, paint: Paint): string {
  const { dry_run, seq, hash, changed, changes, mode } = published;
  if (!changed) return `${what} is in force already: nothing to do (release ${seq})`;
  const how = mode === undefined ? '' : `, in mode ${plain(mode)}`;
  const head = dry_run
    ? `${what} is valid and would take the place of the one in force${how}`
    : `${what} is in force as release ${seq}${how} (${hash.slice(0, 12)})`;
  return [head, ...describeChanges(changes, paint)].join('\n');
}

/** What a person does next: put a dry run in force, or take back what is. */
export function nextStep({ changed, dry_run }: Published, undo: string, paint: Paint): { readonly aside?: string } {
  if (!changed) return {};
  return { aside: paint('dim', dry_run ? 'Put it in force: the same without --dry-run' : `Undo: ${undo}`) };
}

function describeChanges({ added, removed, altered }: ReleaseChanges, paint: Paint): readonly string[] {
  return [
    ...changeLine('+', 'green', 'added', added, paint),
    ...changeLine('-', 'red', 'removed', removed, paint),
    ...changeLine('~', 'yellow', 'altered', altered, paint),
  ];
}

function changeLine(
  sign: string,
  style: 'green' | 'red' | 'yellow',
  word: string,
  ids: readonly string[],
  paint: Paint,
): readonly string[] {
  if (ids.length === 0) return [];
  const more = ids.length > IDS_SHOWN ? ` and ${count(ids.length - IDS_SHOWN)} more` : '';
  const shown = ids.slice(0, IDS_SHOWN).map(plain).join(', ');
  return [`  ${paint(style, `${sign} ${count(ids.length)} ${word}`)}  ${shown}${more}`];
}

/** As `diff` tells it, field by field. */
export function describeDiff({ added, removed, altered }: RulesetDiff, paint: Paint): string {
  const lines = [
    ...removed.map((id) => paint('red', `- ${plain(id)}`)),
    ...added.map((id) => paint('green', `+ ${plain(id)}`)),
    ...altered.flatMap(({ id, fields }) => [
      paint('yellow', `~ ${id === null ? 'the ruleset itself' : plain(id)}`),
      ...fields.flatMap(({ path, before, after }) => [
        `    ${plain(path)}`,
        ...(before === undefined ? [] : [paint('red', `      - ${value(before)}`)]),
        ...(after === undefined ? [] : [paint('green', `      + ${value(after)}`)]),
      ]),
    ]),
  ];
  return lines.join('\n');
}

function value(data: unknown): string {
  return clip(plain(typeof data === 'string' ? data : JSON.stringify(data)), VALUE_WIDTH);
}

export function describeHistory(releases: readonly ReleaseRecord[], now: number, paint: Paint): string {
  return table(
    releases,
    [
      { title: 'RELEASE', cell: ({ seq }) => String(seq), right: true },
      { title: 'WHEN', cell: ({ at }) => ago(at, now) },
      {
        title: 'WHAT',
        cell: ({ kind, ruleset }) => (ruleset === undefined ? kind : `${kind} ${ruleset}`),
        narrow: 'gives',
      },
      { title: 'HASH', cell: ({ hash }) => (hash === '' ? 'removed' : hash.slice(0, 12)) },
      { title: 'SIZE', cell: ({ size }) => bytes(size), right: true, narrow: 'goes' },
      { title: 'BY', cell: ({ author }) => author, narrow: 'goes' },
      { title: 'NOTE', cell: ({ note }) => note, narrow: 'gives' },
    ],
    paint,
  );
}
