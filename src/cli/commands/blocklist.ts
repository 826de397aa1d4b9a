import type { Command } from 'commander';
import type { BlockEntry } from '../../actors/contracts.ts';
import { EXIT } from '../exit-codes.ts';
import { count } from '../format/counts.ts';
import { examples } from '../format/help.ts';
import { plain } from '../format/plain.ts';
import { table } from '../format/table.ts';
import { ago } from '../format/when.ts';
import { seconds } from '../option-values.ts';
import { fail, type Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

export function addBlocklist(program: Command): void {
  program
    .command('block')
    .description('Refuse addresses or ranges, for a time or until they are unblocked')
    .argument('<range...>', 'addresses, CIDR ranges, or networks as AS64500')
    .option('--for <duration>', 'for this long, as 1h or 7d; without it until unblocked', seconds)
    .option('--reason <text>', 'why, for those who read the list', 'blocked from the terminal')
    .addHelpText(
      'after',
      examples([
        ['edgeshield block 203.0.113.7 --for 1h --reason "guesses passwords"', 'one address'],
        ['edgeshield block 203.0.113.0/24 2001:db8:1::/48', 'two ranges, until unblocked'],
      ]),
    )
    .action(perform(block));
  program
    .command('unblock')
    .description('Take addresses or ranges off the blocklist; exit 3 when one was not on it')
    .argument('<range...>', 'as `edgeshield list` shows them')
    .addHelpText('after', examples([['edgeshield unblock 203.0.113.7', 'let it in again']]))
    .action(perform(unblock));
  program
    .command('list')
    .description('What is blocked, why and until when')
    .addHelpText(
      'after',
      examples([
        ['edgeshield list', 'as a table'],
        ["edgeshield list --json | jq -r '.entries[].range'", 'the ranges alone'],
      ]),
    )
    .action(perform(list));
}

interface BlockOptions {
  readonly for?: number;
  readonly reason: string;
}

async function block({ client, now }: Shell, ranges: readonly string[], options: BlockOptions): Promise<Outcome> {
  const blocked: { readonly entry: BlockEntry; readonly seq: number }[] = [];
  for (const ip of ranges) {
    const wish = { ip, reason: options.reason, ...(options.for !== undefined && { ttl_seconds: options.for }) };
    const answer = await client.post<{ entry: BlockEntry; seq: number }>('/admin/blocklist', wish);
    if (!answer.ok) return { ...answer, message: `${ip}: ${answer.message}${soFar(blocked.length)}` };
    blocked.push(answer.value);
  }
  const lines = blocked.map(({ entry, seq }) => {
    const end = entry.until === undefined ? 'until it is unblocked' : `for ${ago(entry.until, now).replace('in ', '')}`;
    return `${plain(entry.range)} is blocked ${end} (release ${seq})`;
  });
  return { ok: true, data: { blocked }, text: lines.join('\n') };
}

function soFar(done: number): string {
  return done === 0 ? '' : ` (the ${done} before it ${done === 1 ? 'is' : 'are'} done)`;
}

async function unblock({ client }: Shell, ranges: readonly string[]): Promise<Outcome> {
  const removed: string[] = [];
  const missing: string[] = [];
  for (const range of ranges) {
    const answer = await client.remove<{ removed: boolean }>(`/admin/blocklist/${encodeURIComponent(range)}`);
    if (!answer.ok) return { ...answer, message: `${range}: ${answer.message}${soFar(removed.length)}` };
    (answer.value.removed ? removed : missing).push(range);
  }
  if (removed.length === 0) {
    const help = 'The list has them as `edgeshield list` shows; feeds and reputation block too: edgeshield why ADDRESS';
    return fail(EXIT.notFound, 'not-listed', `Not on the blocklist: ${missing.join(', ')}`, help);
  }
  const lines = [
    ...removed.map((range) => `${plain(range)} is off the blocklist`),
    ...missing.map((range) => `${plain(range)} was not on it`),
  ];
  const code = missing.length === 0 ? EXIT.ok : EXIT.notFound;
  return { ok: true, data: { removed, missing }, text: lines.join('\n'), code };
}

async function list({ client, paint, now }: Shell): Promise<Outcome> {
  const answer = await client.get<{ entries: readonly BlockEntry[] }>('/admin/blocklist');
  if (!answer.ok) return answer;
  const { entries } = answer.value;
  const rows = table(
    entries,
    [
      { title: 'RANGE', cell: ({ range }) => range },
      { title: 'UNTIL', cell: ({ until }) => (until === undefined ? 'unblocked' : ago(until, now)) },
      { title: 'SINCE', cell: ({ since }) => ago(since, now) },
      { title: 'BY', cell: ({ source }) => source },
      { title: 'REASON', cell: ({ reason }) => reason },
    ],
    paint,
  );
  const text = entries.length === 0 ? 'Nothing is blocked.' : rows;
  return {
    ok: true,
    data: answer.value,
    text,
    ...(entries.length > 0 && { aside: `${count(entries.length)} in all` }),
  };
}
