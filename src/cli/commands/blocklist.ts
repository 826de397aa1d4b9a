import type { Command } from 'commander';
import type { BlockEntry } from '../../actors/contracts.ts';
import { chooseEntries, coveringEntries, type EntryFilter } from '../choose-entries.ts';
import { EXIT } from '../exit-codes.ts';
import { count } from '../format/counts.ts';
import { describeBlocked, listEntries, type Blocked } from '../format/blocklist.ts';
import { examples } from '../format/help.ts';
import { plain } from '../format/plain.ts';
import { collect, oneOf, seconds } from '../option-values.ts';
import { fail, type Answer, type Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

/** Who puts entries on the list. */
const SOURCES = ['operator', 'reputation'];

export function addBlocklist(program: Command): void {
  program
    .command('block')
    .description('Refuse addresses, ranges or networks; of what is blocked already change the end or the reason')
    .argument('<range...>', 'addresses, CIDR ranges, or networks as AS64500')
    .option('--for <duration>', 'for this long from now, as 1h or 7d; without it always until unblocked', seconds)
    .option('--reason <text>', 'why, for those who read the list; of what is blocked already the old one stays')
    .addHelpText(
      'after',
      examples([
        ['edgeshield block 203.0.113.7 --for 1h --reason "guesses passwords"', 'one address'],
        ['edgeshield block 203.0.113.7 --for 7d', 'longer, or shorter; it stays blocked meanwhile'],
        ['edgeshield block 203.0.113.0/24 2001:db8:1::/48', 'two ranges, until unblocked'],
        ['edgeshield block AS64500 --for 1d', 'a whole network'],
      ]),
    )
    .action(perform(block));
  program
    .command('unblock')
    .description('Take addresses, ranges or networks off the blocklist; exit 3 when one was not on it')
    .argument('<range...>', 'as `edgeshield list` shows them')
    .addHelpText('after', examples([['edgeshield unblock 203.0.113.7', 'let it in again']]))
    .action(perform(unblock));
  program
    .command('list')
    .description('What is blocked, why and until when; exit 3 when a filter finds nothing')
    .argument('[range...]', 'only entries that hold one of these addresses, ranges or networks, or lie in it')
    .option('--by <source...>', `only from: ${SOURCES.join(', ')}`, oneOf(SOURCES))
    .option('--reason <text...>', 'only with this in the reason', collect)
    .option('--ends-in <duration>', 'only what ends within this time, as 10m', seconds)
    .addHelpText(
      'after',
      examples([
        ['edgeshield list', 'as a table'],
        ['edgeshield list 203.0.113.7', 'what it is that blocks this address'],
        ['edgeshield list --by operator --ends-in 1d', 'what people set and soon is over'],
        ["edgeshield list --json | jq -r '.entries[].range'", 'the ranges alone'],
      ]),
    )
    .action(perform(list));
}

interface BlockOptions {
  readonly for?: number;
  readonly reason?: string;
}

async function block(shell: Shell, ranges: readonly string[], options: BlockOptions): Promise<Outcome> {
  const blocked: Blocked[] = [];
  for (const range of ranges) {
    const answer = await blockOne(shell, range, options);
    if (!answer.ok) return { ...answer, message: `${range}: ${answer.message}${soFar(blocked.length)}` };
    blocked.push(answer.value);
  }
  const undo = `Undo: edgeshield unblock ${blocked.map(({ entry }) => plain(entry.range)).join(' ')}`;
  const text = blocked.map((one) => describeBlocked(one, shell.now)).join('\n');
  return { ok: true, data: { blocked }, text, aside: shell.paint('dim', undo) };
}

/** What stands is changed in its place, for only so is it blocked all the while; of what does not stand an entry is made. */
async function blockOne(
  { client }: Shell,
  range: string,
  { for: ttl, reason }: BlockOptions,
): Promise<Answer<Blocked>> {
  const change = { ttl_seconds: ttl ?? null, ...(reason !== undefined && { reason }) };
  const changed = await client.patch<Blocked>(`/admin/blocklist/${encodeURIComponent(range)}`, change);
  if (changed.ok || changed.code !== EXIT.notFound) return changed;
  const wish = {
    ip: range,
    reason: reason ?? 'blocked from the terminal',
    ...(ttl !== undefined && { ttl_seconds: ttl }),
  };
  return client.post<Blocked>('/admin/blocklist', wish);
}

function soFar(done: number): string {
  return done === 0 ? '' : ` (the ${done} before it ${done === 1 ? 'is' : 'are'} done)`;
}

async function unblock(shell: Shell, ranges: readonly string[]): Promise<Outcome> {
  const removed: string[] = [];
  const missing: string[] = [];
  for (const range of ranges) {
    const path = `/admin/blocklist/${encodeURIComponent(range)}`;
    const answer = await shell.client.remove<{ removed: boolean }>(path);
    if (!answer.ok) return { ...answer, message: `${range}: ${answer.message}${soFar(removed.length)}` };
    (answer.value.removed ? removed : missing).push(range);
  }
  const covering = missing.length === 0 ? [] : await findCovering(shell, missing);
  const still = covering.map((range) => `${plain(range)} holds it: edgeshield unblock ${plain(range)}`).join('\n');
  if (removed.length === 0) {
    const help = 'Feeds and reputation refuse too: edgeshield why ADDRESS tells, edgeshield list shows the list.';
    return fail(
      EXIT.notFound,
      'not-listed',
      `Not on the blocklist: ${missing.join(', ')}`,
      still === '' ? help : still,
    );
  }
  const lines = [
    ...removed.map((range) => `${plain(range)} is off the blocklist`),
    ...missing.map((range) => `${plain(range)} was not on it`),
  ];
  const code = missing.length === 0 ? EXIT.ok : EXIT.notFound;
  const aside = still === '' ? {} : { aside: still };
  return { ok: true, data: { removed, missing, covering }, text: lines.join('\n'), code, ...aside };
}

/** What else on the list holds an address that was not on it by itself. A key that may not read is told less. */
async function findCovering(shell: Shell, ranges: readonly string[]): Promise<readonly string[]> {
  const answer = await fetchEntries(shell);
  if (!answer.ok) return [];
  return coveringEntries(answer.value.entries, ranges).map(({ range }) => range);
}

function fetchEntries({ client }: Shell) {
  return client.get<{ readonly entries: readonly BlockEntry[] }>('/admin/blocklist');
}

async function list(shell: Shell, about: readonly string[], options: Omit<EntryFilter, 'about'>): Promise<Outcome> {
  const answer = await fetchEntries(shell);
  if (!answer.ok) return answer;
  const all = answer.value.entries.length;
  const chosen = chooseEntries(answer.value.entries, { ...options, about }, shell.now);
  if (!chosen.ok) return chosen;
  const entries = chosen.value;
  if (entries.length > 0) {
    const aside = entries.length === all ? `${count(all)} in all` : `${count(entries.length)} of ${count(all)}`;
    return { ok: true, data: { entries }, text: listEntries(entries, shell), aside: shell.paint('dim', aside) };
  }
  const filtered = about.length > 0 || Object.keys(options).length > 0;
  const none = filtered ? `None of the ${count(all)} entries fits.` : 'Nothing is blocked.';
  return { ok: true, data: { entries }, text: none, ...(filtered && { code: EXIT.notFound }) };
}
