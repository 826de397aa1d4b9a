import type { Command } from 'commander';
import type { Stats } from '../../actors/contracts.ts';
import type { Policy, Route } from '../../edge/policy.ts';
import { count } from '../format/counts.ts';
import { examples } from '../format/help.ts';
import { table } from '../format/table.ts';
import type { Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

export function addRoutes(program: Command): void {
  program
    .command('routes')
    .description('The routes, what each allows a client, and how many requests they had and refused')
    .addHelpText(
      'after',
      examples([
        ['edgeshield routes', 'limited: over the limit; stopped: by rules, lists, score'],
        ["edgeshield routes --json | jq '.routes[] | select(.limit < 20)'", 'the narrow ones'],
      ]),
    )
    .action(perform(showRoutes));
}

async function showRoutes({ client, paint }: Shell): Promise<Outcome> {
  const [policy, stats] = await Promise.all([
    client.get<{ seq: number; bundled: boolean; policy: Policy }>('/admin/policy'),
    client.get<Stats>('/admin/stats'),
  ]);
  if (!policy.ok) return policy;
  const { seq, bundled } = policy.value;
  const { byRoute = {}, refusedByRoute = {} } = stats.ok ? stats.value : {};
  const routes = policy.value.policy.routes.map((route) => ({
    ...route,
    requests: byRoute[route.id] ?? 0,
    refused: refusedByRoute[route.id] ?? {},
  }));
  const text = table(
    routes,
    [
      { title: 'ROUTE', cell: ({ id }) => id },
      { title: 'WHERE', cell: ({ host = '', path }) => `${host}${path}`, narrow: 'gives' },
      { title: 'LIMIT', cell: limitOf },
      { title: 'IF NO ANSWER', cell: ({ fail }) => (fail === 'open' ? 'let pass' : 'refuse'), narrow: 'goes' },
      { title: 'DURABLE', cell: ({ durable }) => (durable ? 'yes' : 'no'), narrow: 'goes' },
      { title: 'REQUESTS', cell: ({ requests }) => count(requests), right: true },
      { title: 'LIMITED', cell: ({ refused }) => count(refused.limit ?? 0), right: true },
      { title: 'STOPPED', cell: ({ refused }) => count((refused.block ?? 0) + (refused.challenge ?? 0)), right: true },
    ],
    paint,
  );
  const aside = bundled ? 'as built in' : `as published (release ${seq})`;
  return { ok: true, data: { seq, bundled, routes }, text, aside: paint('dim', aside) };
}

function limitOf({ limit, windowSeconds }: Route): string {
  return `${count(limit)} in ${windowSeconds} s`;
}
