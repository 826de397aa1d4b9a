import type { Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { examples } from '../format/help.ts';
import { describeStatus, type ShieldStatus } from '../format/status.ts';
import type { Answer, Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

export function addStatus(program: Command): void {
  program
    .command('status')
    .description('How the shield is: its release, what it let pass and stopped, intelligence, enforcement')
    .option('--check', 'for monitoring: exit 6 when a part is degraded or stopped')
    .addHelpText(
      'after',
      examples([
        ['edgeshield status', 'the local shield'],
        ['edgeshield status --url https://shield.example.com', 'another'],
        ['edgeshield status --check --json', 'for a monitor'],
      ]),
    )
    .action(perform(showStatus));
}

async function showStatus({ client, paint, now }: Shell, { check }: { readonly check?: boolean }): Promise<Outcome> {
  // First and alone: a wrong key is counted once, and not once for each part.
  const session = await client.get<ShieldStatus['session']>('/admin/session');
  if (!session.ok) return session;
  const [health, stats, intelligence, enforcement, releases] = await Promise.all([
    client.get<ShieldStatus['health']>('/health'),
    client.get<NonNullable<ShieldStatus['stats']>>('/admin/stats'),
    client.get<NonNullable<ShieldStatus['intelligence']>>('/intel/status'),
    client.get<NonNullable<ShieldStatus['enforcement']>>('/enforcement/status'),
    client.get<NonNullable<ShieldStatus['releases']>>('/admin/releases?limit=5'),
  ]);
  if (!health.ok) return health;
  const status: ShieldStatus = {
    url: client.url.origin,
    health: health.value,
    session: session.value,
    stats: valueOf(stats),
    intelligence: valueOf(intelligence),
    enforcement: valueOf(enforcement),
    releases: valueOf(releases),
    unanswered: [stats, intelligence, enforcement, releases].flatMap((answer) => (answer.ok ? [] : [answer.message])),
  };
  const well =
    status.unanswered.length === 0 && status.intelligence?.state === 'ok' && status.enforcement?.state === 'RUNNING';
  return {
    ok: true,
    data: status,
    text: describeStatus(status, now, paint),
    ...(check === true && !well && { code: EXIT.otherwise }),
  };
}

/** A part that does not answer, or that the key may not see, leaves the others to be seen. */
function valueOf<T>(answer: Answer<T>): T | null {
  return answer.ok ? answer.value : null;
}
