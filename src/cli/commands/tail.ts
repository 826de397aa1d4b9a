import { InvalidArgumentError, type Command } from 'commander';
import { CATEGORIES } from '../../../rules/schema.ts';
import type { NumberedEvent } from '../../actors/contracts.ts';
import { isRange, isWanted, type EventFilter } from '../event-filter.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { eventLine } from '../format/event-line.ts';
import { examples } from '../format/help.ts';
import { plainJson } from '../format/plain.ts';
import { listen } from '../live-feed.ts';
import { collect, oneOf, readAsn, seconds, wholeNumber } from '../option-values.ts';
import { fail, type Outcome } from '../outcome.ts';
import { perform, type Shell } from '../shell.ts';

const DECISIONS = ['allow', 'log', 'challenge', 'block', 'limit', 'notice', 'error'];
/** What the bus answers at most. */
const PAGE = 500;
const LAST = 10;

/** It has printed line by line what there was to say. */
const DONE = { ok: true, data: null, text: '', silent: true } as const;

interface TailOptions extends EventFilter {
  readonly last: number;
  readonly limit?: number;
  readonly for?: number;
}

export function addTail(program: Command): void {
  program
    .command('tail')
    .description('Requests that were not simply passed, as they happen; times are UTC')
    .option('--decision <decision...>', `only these: ${DECISIONS.join(', ')}`, oneOf(DECISIONS))
    .option('--category <category...>', `only attacks of these kinds: ${CATEGORIES.join(', ')}`, oneOf(CATEGORIES))
    .option('--rule <id...>', 'only where this rule matched; 942* means all that begin so', collect)
    .option('--country <code...>', 'only from there, as DE', collect)
    .option('--asn <number...>', 'only from this network, as 64500 or AS64500', addAsn)
    .option('--ip <range...>', 'only from this address or CIDR range', readRange)
    .option('--path <beginning...>', 'only where the path begins so', collect)
    .option('--last <n>', 'begin with so many earlier ones', wholeNumber(0, PAGE), LAST)
    .option('--limit <n>', 'end after so many', wholeNumber(1, 1_000_000))
    .option('--for <duration>', 'end after this time, as 30s or 5m; exit 3 when nothing came', seconds)
    .addHelpText(
      'after',
      examples([
        ['edgeshield tail', 'everything, until Ctrl-C'],
        ['edgeshield tail --decision block limit --country DE', 'what was refused to clients in Germany'],
        ['edgeshield tail --rule "942*" --json', 'SQL injection rules, one JSON object a line'],
        ['edgeshield tail --path /login --limit 1 --for 5m --last 0', 'wait for the next one on /login'],
        ['edgeshield tail --ip 203.0.113.0/24 --json | jq -r .request.path', 'what a range asks for'],
      ]),
    )
    .action(perform(tail));
}

async function tail(shell: Shell, options: TailOptions): Promise<Outcome> {
  const { client, paint, json } = shell;
  // A socket that is refused does not say why: this does.
  const newest = await client.get<{ readonly events: readonly NumberedEvent[] }>(
    `/admin/events?limit=${options.last === 0 ? 1 : PAGE}`,
  );
  if (!newest.ok) return newest;
  const kept = newest.value.events;
  let shown = 0;
  const show = (event: NumberedEvent) => {
    shown += 1;
    shell.out(json ? plainJson(event) : eventLine(event, paint));
  };
  const { last, limit = Number.POSITIVE_INFINITY } = options;
  const earlier = last === 0 ? [] : kept.filter((event) => isWanted(event, options)).slice(0, Math.min(last, limit));
  if (earlier.length >= limit) {
    for (const event of earlier.toReversed()) show(event);
    return DONE;
  }

  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    let broken = false;
    let told = false;
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      feed.close();
      for (const signal of SIGNALS) process.off(signal, stop);
      resolve(outcome);
    };
    // A handshake that is refused looks like any other broken connection: with a key that is over it would be tried for ever.
    const askWhy = async () => {
      const session = await client.get('/admin/session');
      if (!session.ok && session.code === EXIT.unauthorised) end(session);
    };
    // The number a shell gives to what a signal ended; a second Ctrl-C ends it at once.
    const stop = (signal: NodeJS.Signals) => end({ ...DONE, code: STOPPED[signal] ?? EXIT.interrupted });
    // Before the first line is printed: whoever has seen it may interrupt.
    for (const signal of SIGNALS) process.on(signal, stop);
    for (const event of earlier.toReversed()) show(event);
    const feed = listen(client, kept[0]?.n ?? 0, {
      event: (event) => {
        if (shown >= limit || !isWanted(event, options)) return;
        show(event);
        if (shown >= limit) end(DONE);
      },
      state: (state) => {
        if (state === 'connected' && shell.watched && !told) shell.err(paint('dim', 'listening; Ctrl-C ends'));
        told = true;
        if (state === 'connected' && broken) shell.err(paint('dim', 'connected again'));
        if (state === 'reconnecting' && !broken) shell.err(paint('dim', 'connection lost, trying again ...'));
        broken = state === 'reconnecting';
        if (broken) void askWhy();
      },
      ended: (reason) => end(fail(EXIT.unauthorised, 'key-ended', `The shield ended the connection: ${reason}`)),
    });
    if (options.for !== undefined) {
      const nothing = fail(EXIT.notFound, 'nothing', `Nothing of the kind came in ${options.for} s`);
      timer = setTimeout(() => end(shown > 0 ? DONE : nothing), options.for * 1000);
    }
  });
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const STOPPED: Partial<Record<NodeJS.Signals, ExitCode>> = { SIGTERM: EXIT.terminated };

function addAsn(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, readAsn(text)];
}

function readRange(text: string, before: readonly string[] = []): readonly string[] {
  if (!isRange(text)) throw new InvalidArgumentError('It is no address and no CIDR range.');
  return [...before, text];
}
