import type { Command } from 'commander';
import type { CheckResult } from '../../actors/contracts.ts';
import { examples } from '../format/help.ts';
import { plain } from '../format/plain.ts';
import type { Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

export function addPardon(program: Command): void {
  program
    .command('pardon')
    .description('Forget what the shield remembers against an address, and tell what becomes of it now')
    .argument('<ip>', 'an address; of IPv6 its whole /64 is one client')
    .addHelpText(
      'after',
      examples([
        ['edgeshield pardon 203.0.113.7', 'its reputation begins anew'],
        ['edgeshield why 203.0.113.7', 'what is remembered of it, and whether that is what refuses it'],
      ]),
    )
    .action(perform(pardon));
}

/** What a pardoned address meets all the same; the key may not be allowed to read it. */
interface Pardoned {
  readonly client: string;
  readonly now?: CheckResult['now'];
}

async function pardon({ client, paint }: Shell, subject: string): Promise<Outcome> {
  // A client is shown as its /64, or its address alone: either is understood.
  const ip = subject.trim().replace(/\/(?:32|64)$/, '');
  const at = encodeURIComponent(ip);
  const answer = await client.remove<Pardoned>(`/admin/reputation/${at}`);
  if (!answer.ok) return answer;
  const check = await client.get<CheckResult>(`/check?ip=${at}`);
  const data: Pardoned = { client: answer.value.client, ...(check.ok && { now: check.value.now }) };
  const told = `What was remembered against ${plain(data.client)} is forgotten`;
  const entry = check.ok ? check.value.enforced.blocklist : null;
  const text = data.now === undefined ? told : `${told}. ${plain(data.now.says)}`;
  const aside = entry === null ? {} : { aside: paint('dim', `Let it in: edgeshield unblock ${plain(entry.range)}`) };
  return { ok: true, data, text, ...aside };
}
