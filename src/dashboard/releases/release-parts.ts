import { diffLines, hunks, type DiffLine } from './line-diff.ts';

/** A named part of a release that differs between two: a rule, a route, an exclusion, or the rest. */
export interface PartDiff {
  readonly name: string;
  readonly kind: 'added' | 'removed' | 'altered';
  /** Null: lines that are the same and left out. */
  readonly lines: readonly (DiffLine | null)[];
}

/** What differs between two releases of a kind, part by part: a line diff of the whole would take a moved rule for two. */
export function diffReleases(before: unknown, after: unknown): readonly PartDiff[] {
  const old = parts(before);
  const young = parts(after);
  const names = new Set([...old.keys(), ...young.keys()]);
  const found: PartDiff[] = [];
  for (const name of names) {
    const a = old.get(name);
    const b = young.get(name);
    if (a === b) continue;
    const kind = a === undefined ? 'added' : b === undefined ? 'removed' : 'altered';
    found.push({ name, kind, lines: hunks(diffLines(a?.split('\n') ?? [], b?.split('\n') ?? [])) });
  }
  return found;
}

/** Members with an id stand by themselves, in lists at the top; whatever else there is, is one part. */
function parts(body: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!isRecord(body)) return body === undefined ? found : found.set('all', print(body));
  const rest: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(body)) {
    if (!Array.isArray(value) || !value.every((item) => isRecord(item) && typeof item['id'] === 'string')) {
      rest[key] = value;
      continue;
    }
    for (const item of value) found.set(`${singular(key)} ${String(item['id'])}`, print(item));
  }
  return found.set('settings', print(rest));
}

function singular(key: string): string {
  return key.replace(/s$/, '');
}

function print(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
