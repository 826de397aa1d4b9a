import ipaddr from 'ipaddr.js';
import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { examples } from '../format/help.ts';
import { describeIntel, describeLookup, type LookupShown } from '../format/intel.ts';
import type { IntelligenceShown } from '../format/status.ts';
import { fail, type Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

export function addIntel(program: Command): void {
  const intel = program
    .command('intel')
    .description('Threat feeds: how they are, fetch now, what they say of an address')
    .addHelpText(
      'after',
      examples([
        ['edgeshield intel status', 'how each feed is'],
        ['edgeshield intel lookup 203.0.113.7', 'who lists an address'],
      ]),
    );
  intel
    .command('status')
    .description('Each source, its health, and what they add up to')
    .addHelpText(
      'after',
      examples([
        ['edgeshield intel status', 'as a table'],
        ['edgeshield intel status --json | jq \'.sources[] | select(.health == "failing")\'', 'what fails'],
      ]),
    )
    .action(perform(status));
  intel
    .command('collect')
    .description('Fetch now; exit 6 when a source that was meant is not well afterwards')
    .argument('[source...]', 'ids of sources; without any: all that are on')
    .option('--accept', 'believe a list that shrank by more than half')
    .addHelpText(
      'after',
      examples([
        ['edgeshield intel collect', 'all sources'],
        ['edgeshield intel collect ipsum --accept', 'one, whatever it says'],
      ]),
    )
    .action(perform(collect));
  intel
    .command('lookup')
    .description('What each source says of an address; exit 3 when none says anything')
    .argument('<address>', 'IPv4 or IPv6')
    .addHelpText('after', examples([['edgeshield intel lookup 203.0.113.7', 'and see: edgeshield why 203.0.113.7']]))
    .action(perform(lookup));
}

async function status({ client, now, paint }: Shell): Promise<Outcome> {
  const answer = await client.get<IntelligenceShown>('/intel/status');
  if (!answer.ok) return answer;
  return { ok: true, data: answer.value, text: describeIntel(answer.value, now, paint) };
}

async function collect(
  { client, paint }: Shell,
  sources: readonly string[],
  { accept }: { readonly accept?: boolean },
): Promise<Outcome> {
  const query = new URLSearchParams({
    ...(sources.length > 0 && { sources: sources.join(',') }),
    ...(accept && { accept: 'true' }),
  });
  const answer = await client.post<IntelligenceShown>(`/intel/collect?${query.toString()}`);
  if (!answer.ok) return answer.code === EXIT.notFound ? { ...answer, help: 'See edgeshield intel status.' } : answer;
  const meant = answer.value.sources.filter(({ id, enabled }) => (sources.length > 0 ? sources.includes(id) : enabled));
  const ill = meant.some(({ health }) => health !== 'ok' && health !== 'off');
  const text = describeIntel({ ...answer.value, sources: meant }, Date.now(), paint);
  return { ok: true, data: answer.value, text, ...(ill && { code: EXIT.otherwise }) };
}

async function lookup({ client, paint }: Shell, address: string): Promise<Outcome> {
  if (!ipaddr.isValid(address)) {
    const help = 'Feeds are asked about one address. What stands of a range: edgeshield list RANGE.';
    return fail(EXIT.usage, 'no-address', `"${address}" is no IPv4 or IPv6 address`, help);
  }
  const answer = await client.get<LookupShown>(`/intel/threats/${encodeURIComponent(address)}`);
  if (!answer.ok) return answer;
  const { sources, allowed } = answer.value;
  const text = describeLookup(answer.value, paint);
  const nothing = sources.length === 0 && allowed === null;
  return { ok: true, data: answer.value, text, ...(nothing && { code: EXIT.notFound }) };
}
