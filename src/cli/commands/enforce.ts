import { Argument, type Command } from 'commander';
import type { EnforcementStatus, RunRecord } from '../../actors/contracts.ts';
import { EXIT } from '../exit-codes.ts';
import { describeEnforcementStatus, describePlan, type PlanShown } from '../format/enforcement.ts';
import { examples } from '../format/help.ts';
import { plain } from '../format/plain.ts';
import { fail, type Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

export function addEnforce(program: Command): void {
  const enforce = program
    .command('enforce')
    .description("What is sent to the account's lists: see the plan, apply it, stop it")
    .addHelpText(
      'after',
      examples([
        ['edgeshield enforce status', 'what is enforced where'],
        ['edgeshield enforce plan', 'what the last run changed, or would'],
      ]),
    );
  enforce
    .command('status')
    .description('State, mode, what is enforced where, the last run and the next')
    .addHelpText('after', examples([['edgeshield enforce status', 'as facts and a table of the lists']]))
    .action(perform(status));
  enforce
    .command('plan')
    .description('What the last run would change, or changed, with reasons; exit 3 before the first, 6 when it is held')
    .option('--all', 'every item that is told, not the first of each list')
    .addHelpText(
      'after',
      examples([
        ['edgeshield enforce plan', 'the first of each list'],
        ['edgeshield enforce plan --all | grep ipsum', 'all, of one source'],
      ]),
    )
    .action(perform(plan));
  enforce
    .command('apply')
    .description('A full cycle now: collect, judge, plan, apply as the mode allows; exit 6 when the plan is held')
    .argument('[hash]', 'approve this held plan, and no other, instead; its beginning will do')
    .addHelpText(
      'after',
      examples([
        ['edgeshield enforce apply', 'a cycle'],
        ['edgeshield enforce plan', 'why it is held, and its hash'],
        ['edgeshield enforce apply 3f9c2a71', 'approve it'],
      ]),
    )
    .action(perform(apply));
  enforce
    .command('kill-switch')
    .description("Empty own items of every list and the edge's threats, and keep them so until it is off")
    .addArgument(new Argument('<state>', 'on or off').choices(['on', 'off']))
    .addHelpText(
      'after',
      examples([
        ['edgeshield enforce kill-switch on', 'nothing is enforced but the blocklist'],
        ['edgeshield enforce kill-switch off', 'a run fills everything anew'],
      ]),
    )
    .action(perform(killSwitch));
}

async function status({ client, now, paint }: Shell): Promise<Outcome> {
  const answer = await client.get<EnforcementStatus>('/enforcement/status');
  if (!answer.ok) return answer;
  return { ok: true, data: answer.value, text: describeEnforcementStatus(answer.value, now, paint) };
}

async function plan({ client, now, paint }: Shell, { all = false }: { readonly all?: boolean }): Promise<Outcome> {
  const answer = await client.get<PlanShown>('/enforcement/plan');
  if (!answer.ok) return answer;
  const shown = answer.value.plan;
  if (shown === null) {
    return fail(EXIT.notFound, 'no-plan', 'There is no plan yet', 'The first run makes one: edgeshield enforce apply');
  }
  const held = shown.held.length > 0 && !shown.approved;
  const text = describePlan(shown, all, now, paint);
  return { ok: true, data: answer.value, text, ...(held && { code: EXIT.otherwise }) };
}

async function apply(shell: Shell, hash: string | undefined): Promise<Outcome> {
  if (hash !== undefined) return approve(shell, hash);
  const answer = await shell.client.post<{ success: boolean; message: string; run: RunRecord }>('/enforce');
  if (!answer.ok) return answer;
  const { message, run } = answer.value;
  const held = run.state === 'held';
  const aside = held
    ? { aside: 'See edgeshield enforce plan, then edgeshield enforce apply HASH.', code: EXIT.otherwise }
    : {};
  return { ok: true, data: answer.value, text: plain(message), ...aside };
}

/** The hash says that it is this plan which the caller has seen. */
async function approve({ client }: Shell, hash: string): Promise<Outcome> {
  if (!/^[0-9a-f]{8,64}$/.test(hash)) {
    return fail(
      EXIT.usage,
      'bad-hash',
      `"${hash}" is no hash of a plan`,
      'At least its first eight digits: see edgeshield enforce plan.',
    );
  }
  const now = await client.get<PlanShown>('/enforcement/plan');
  if (!now.ok) return now;
  const found = now.value.plan?.hash ?? '';
  if (!found.startsWith(hash)) {
    return fail(
      EXIT.notFound,
      'no-plan',
      `No plan ${hash} waits`,
      'It may have changed since: see edgeshield enforce plan.',
    );
  }
  const answer = await client.post<{ approved: boolean }>(`/enforcement/plan/${found}/approve`);
  if (!answer.ok) return answer;
  return { ok: true, data: answer.value, text: `Plan ${found.slice(0, 12)} is approved and being applied` };
}

async function killSwitch({ client, now, paint }: Shell, state: string): Promise<Outcome> {
  const path = '/enforcement/kill-switch';
  const answer =
    state === 'on'
      ? await client.post<EnforcementStatus>(path, { on: true })
      : await client.remove<EnforcementStatus>(path);
  if (!answer.ok) return answer;
  return { ok: true, data: answer.value, text: describeEnforcementStatus(answer.value, now, paint) };
}
