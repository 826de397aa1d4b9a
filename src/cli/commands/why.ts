import ipaddr from 'ipaddr.js';
import type { Command } from 'commander';
import type { CheckResult, NumberedEvent, ReputationState } from '../../actors/contracts.ts';
import { parseBlockTarget } from '../../edge/reputation/block-target.ts';
import { EXIT } from '../exit-codes.ts';
import { examples } from '../format/help.ts';
import { describeAddress } from '../format/why-address.ts';
import { describeEvent } from '../format/why-event.ts';
import { readAsn } from '../option-values.ts';
import { fail, type Answer, type Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

/** What one answer holds at most. The bus keeps 1000: more pages than this there are not. */
const PAGE = 500;
const PAGES = 4;
/** Requests of an address that are told. */
const EVENTS = 20;

export function addWhy(program: Command): void {
  program
    .command('why')
    .description('Why a request was stopped, to the matched bytes; or what is known of an address')
    .argument('<request-id|ip>', 'the id on the page that the visitor saw (eight digits will do), or an address')
    .option('--asn <number>', 'of an address: the network it is in, for blocks of whole networks', readAsn)
    .addHelpText(
      'after',
      examples([
        ['edgeshield why 5f0c2d1e', 'the request, as `edgeshield tail` names it'],
        ['edgeshield why 203.0.113.7', 'the address: score, lists, feeds, its last requests'],
        ['edgeshield why 203.0.113.7 --asn AS64500', 'where no request has told its network'],
      ]),
    )
    .action(perform(why));
}

function why(shell: Shell, subject: string, { asn }: { readonly asn?: number }): Promise<Outcome> {
  const text = subject.trim();
  // A client is shown as its /64, or its address alone: either is understood.
  const address = text.replace(/\/(?:32|64)$/, '');
  if (ipaddr.isValid(address)) return whyAddress(shell, address, asn);
  if (/^[0-9a-f][0-9a-f-]{5,35}$/i.test(text)) return whyRequest(shell, text.toLowerCase());
  const help = parseBlockTarget(text).ok
    ? `What stands of a range or a network: edgeshield list ${text}, and edgeshield tail --ip RANGE or --asn NUMBER.`
    : 'It is a UUID, or its first six digits or more; or an IPv4 or IPv6 address.';
  return Promise.resolve(fail(EXIT.usage, 'no-subject', `"${text}" is no request id and no address`, help));
}

async function whyRequest(shell: Shell, id: string): Promise<Outcome> {
  const found = await findEvent(shell, id);
  if (!found.ok) return found;
  if (found.value === null) {
    const help = 'The shield keeps the last 1000 events; a request that simply passed is none.';
    return fail(EXIT.notFound, 'no-event', `No event ${id} is kept`, help);
  }
  return { ok: true, data: found.value, text: describeEvent(found.value, shell.now, shell.paint) };
}

async function findEvent({ client }: Shell, id: string): Promise<Answer<NumberedEvent | null>> {
  let before = '';
  for (let page = 0; page < PAGES; page += 1) {
    const answer = await client.get<{ events: readonly NumberedEvent[] }>(`/admin/events?limit=${PAGE}${before}`);
    if (!answer.ok) return answer;
    const { events } = answer.value;
    const fitting = events.filter((event) => event.id.startsWith(id));
    if (fitting.length > 1) {
      return fail(EXIT.usage, 'ambiguous', `${fitting.length} events begin with ${id}`, 'Give more of the id.');
    }
    const oldest = events.at(-1);
    if (fitting[0] !== undefined || oldest === undefined) return { ok: true, value: fitting[0] ?? null };
    before = `&before=${oldest.n}`;
  }
  return { ok: true, value: null };
}

async function whyAddress({ client, now, paint }: Shell, ip: string, asn: number | undefined): Promise<Outcome> {
  const at = encodeURIComponent(ip);
  const check = await client.get<CheckResult>(`/check?ip=${at}${asn === undefined ? '' : `&asn=${asn}`}`);
  if (!check.ok) return check;
  const [reputation, events] = await Promise.all([
    client.get<ReputationState>(`/admin/reputation/${at}`),
    client.get<{ events: readonly NumberedEvent[] }>(`/admin/events?ip=${at}&limit=${EVENTS}`),
  ]);
  if (!reputation.ok) return reputation;
  if (!events.ok) return events;
  const known = { check: check.value, reputation: reputation.value, events: events.value.events };
  return { ok: true, data: known, text: describeAddress(known, now, paint) };
}
