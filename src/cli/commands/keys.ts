import type { Command } from 'commander';
import { ALL_SCOPES, SCOPES } from '../../edge/scopes.ts';
import { EXIT } from '../exit-codes.ts';
import { examples } from '../format/help.ts';
import { stateStyle } from '../format/paint.ts';
import { plain } from '../format/plain.ts';
import { table } from '../format/table.ts';
import { ago } from '../format/when.ts';
import { oneOf, wholeNumber } from '../option-values.ts';
import { fail, type Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

/** As lists show it; the key itself is only in the answer that makes it. */
interface KeyShown {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
}

const SCOPE_HELP = [
  '',
  'Scopes:',
  ...Object.entries(SCOPES).map(([name, means]) => `  ${name.padEnd(18)} ${means}`),
].join('\n');

export function addKeys(program: Command): void {
  const keys = program
    .command('keys')
    .description('Create, list and revoke API keys')
    .addHelpText(
      'after',
      examples([
        ['edgeshield keys create grafana --scope read', 'a key that may only look'],
        ['edgeshield keys list', 'who has one, and when it was last used'],
      ]),
    );
  keys
    .command('create')
    .description('Create a key: printed once, on stdout alone, and never again')
    .argument('<name>', 'whose it is: stands beside what is done with it')
    .requiredOption('--scope <scope...>', 'what it may do; apart by commas or spaces', oneOf(ALL_SCOPES))
    .option('--expires-in-days <n>', 'without it: never', wholeNumber(1, 3650))
    .addHelpText('after', SCOPE_HELP)
    .addHelpText(
      'after',
      examples([
        ['edgeshield keys create grafana --scope read', 'a key that may only look'],
        ['edgeshield keys create ci --scope read,rules:write --expires-in-days 90 > ci.key', 'into a file'],
      ]),
    )
    .action(perform(create));
  keys
    .command('list')
    .description('All keys, also those that are over; never the keys themselves')
    .addHelpText('after', examples([['edgeshield keys list', 'with states, ends and last use']]))
    .action(perform(list));
  keys
    .command('revoke')
    .description('End a key for good, with its sessions and connections')
    .argument('<key>', 'its id or its name')
    .addHelpText('after', examples([['edgeshield keys revoke grafana', 'by name']]))
    .action(perform(revoke));
}

interface CreateOptions {
  readonly scope: readonly string[];
  readonly expiresInDays?: number;
}

async function create({ client, now }: Shell, name: string, { scope, expiresInDays }: CreateOptions): Promise<Outcome> {
  const wish = { name, scopes: scope, ...(expiresInDays !== undefined && { expires_in_days: expiresInDays }) };
  const answer = await client.post<KeyShown & { readonly key: string }>('/admin/keys', wish);
  if (!answer.ok) return answer;
  const { key, id, expires_at } = answer.value;
  const end = expires_at === null ? 'does not expire' : `expires ${ago(Date.parse(expires_at), now)}`;
  const aside = `Key ${plain(id)} for ${plain(name)} may ${scope.join(', ')} and ${end}. It is shown this once.\nUndo: edgeshield keys revoke ${plain(id)}`;
  return { ok: true, data: answer.value, text: plain(key), aside };
}

function fetchKeys({ client }: Shell) {
  return client.get<{ readonly keys: readonly KeyShown[] }>('/admin/keys');
}

async function list(shell: Shell): Promise<Outcome> {
  const answer = await fetchKeys(shell);
  if (!answer.ok) return answer;
  const { keys } = answer.value;
  const when = (text: string | null) => ago(text === null ? null : Date.parse(text), shell.now);
  const text = table(
    keys,
    [
      { title: 'ID', cell: ({ id }) => id },
      { title: 'NAME', cell: ({ name }) => name, narrow: 'gives' },
      { title: 'STATE', cell: ({ state }) => state, style: ({ state }) => stateStyle(state) },
      { title: 'CREATED', cell: ({ created_at }) => when(created_at), narrow: 'goes' },
      { title: 'LAST USED', cell: ({ last_used_at }) => when(last_used_at), narrow: 'goes' },
      { title: 'EXPIRES', cell: ({ expires_at }) => when(expires_at) },
      { title: 'SCOPES', cell: ({ scopes }) => scopes.join(', '), narrow: 'gives' },
    ],
    shell.paint,
  );
  const none = 'There are no keys but the bootstrap key. Make one: edgeshield keys create NAME --scope read';
  return { ok: true, data: answer.value, text: keys.length === 0 ? none : text };
}

async function revoke(shell: Shell, named: string): Promise<Outcome> {
  const all = await fetchKeys(shell);
  if (!all.ok) return all;
  const { keys } = all.value;
  // A name may be used anew once its key is over: the living one is meant.
  const key = keys.find(({ id }) => id === named) ?? keys.find(({ name, state }) => name === named && state === 'live');
  if (key === undefined) {
    return fail(EXIT.notFound, 'no-key', `There is no living key ${named}`, 'See edgeshield keys list.');
  }
  const answer = await shell.client.remove<KeyShown>(`/admin/keys/${key.id}`);
  if (!answer.ok) return answer;
  const text = `Key ${plain(key.id)} (${plain(key.name)}) is revoked: here at once, everywhere within 30 seconds`;
  return { ok: true, data: answer.value, text };
}
