// `npm run simulate`: real traffic to a running shield, and what it made of it.
import { parseArgs } from 'node:util';
import { readLabelledRequests } from '../model/labelled-request.ts';
import { seededRandom } from '../model/random.ts';
import { clientAddress } from './traffic/clients.ts';
import { builtInShot, type LabelledShot } from './traffic/mix.ts';
import { asFromSomewhere } from './traffic/places.ts';
import { fireAt } from './traffic/open-loop.ts';
import { Tally } from './traffic/tally.ts';

const HELP = `Sends labelled traffic, attacks included, to a running shield and reports what it decided.

  npm run simulate                                     to http://localhost:8787, for ten seconds
  npm run simulate -- --corpus requests.jsonl.gz       requests of your own, in order

  --target URL     where the shield is                              (http://localhost:8787)
  --corpus FILE    labelled requests, JSON Lines, may be gzipped    (a small built-in mix for the demo shop)
  --rate N         requests a second                                (50)
  --duration S     seconds                                          (10, or until the corpus ends)
  --clients N      made-up clients with address and place, local targets alone (120)
  --own-site       the target is not this machine, and you may attack it
  --json           one JSON object on stdout
  --help

Attacks come from a tenth of the addresses, so that visitors do not pay for their neighbours.`;

/** Headers that belong to one hop or one place; the rest goes as recorded. */
const NOT_SENT = new Set([
  'connection',
  'content-length',
  'transfer-encoding',
  'cf-connecting-ip',
  'keep-alive',
  'upgrade',
]);

const SEED = 1;

interface Options {
  readonly target: URL;
  readonly local: boolean;
  readonly corpus: string | null;
  readonly rate: number;
  readonly seconds: number | null;
  readonly clients: number;
  readonly json: boolean;
}

function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      target: { type: 'string', default: 'http://localhost:8787' },
      corpus: { type: 'string' },
      rate: { type: 'string', default: '50' },
      duration: { type: 'string' },
      clients: { type: 'string' },
      'own-site': { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  if (!URL.canParse(values.target)) throw new Error(`--target must be a URL, not "${values.target}"`);
  const target = new URL(values.target);
  const local = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(target.hostname);
  if (!local && !values['own-site']) {
    throw new Error(
      `${target.host} is not this machine, and this sends attacks. If the site is yours to attack, say so with --own-site.`,
    );
  }
  if (!local && values.clients !== undefined) {
    throw new Error('--clients works on this machine alone: Cloudflare itself says where a request comes from.');
  }
  return {
    target,
    local,
    corpus: values.corpus ?? null,
    rate: readNumber('rate', values.rate, 10_000),
    seconds: values.duration === undefined ? null : readNumber('duration', values.duration, 86_400),
    clients: readNumber('clients', values.clients ?? '120', 1_000_000),
    json: values.json,
  };
}

function readNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (value > 0 && value <= most) return value;
  throw new Error(`--${name} must be a number above 0 and at most ${most}, not "${text}"`);
}

async function readCorpus(file: string): Promise<LabelledShot[]> {
  const shots: LabelledShot[] = [];
  let bad = 0;
  for await (const { request } of readLabelledRequests(file)) {
    if (!request.ok) bad += 1;
    else shots.push({ ...request.value, body: request.value.body ?? undefined });
  }
  if (bad > 0) console.error(`${bad} lines of ${file} are no labelled requests and are left out.`);
  if (shots.length === 0) throw new Error(`${file} holds no labelled requests`);
  return shots;
}

async function main(): Promise<void> {
  const options = readOptions();
  const { target, local, rate } = options;
  const origin = target.origin;
  await fetch(origin, { method: 'HEAD', redirect: 'manual' }).catch(() => {
    throw new Error(`Nothing answers at ${origin}. Start a shield with \`npm start\`, or name another with --target.`);
  });

  const corpus = options.corpus === null ? null : await readCorpus(options.corpus);
  const seconds = options.seconds ?? (corpus === null ? 10 : corpus.length / rate);
  const attackers = Math.max(1, Math.floor(options.clients / 10));
  const visitors = Math.max(1, options.clients - attackers);
  // The same traffic on each run.
  const chances = seededRandom(SEED);
  const shotAt = corpus ? (i: number) => corpus[i % corpus.length] : (i: number) => builtInShot(i, chances(), origin);

  const shots: LabelledShot[] = [];
  const tally = new Tally();
  const begin = Date.now();
  const progress = setInterval(() => {
    console.error(`${tally.answered} of about ${Math.round(rate * seconds)} answered`);
  }, 2000);
  await fireAt(
    origin,
    { rate, seconds },
    (index) => {
      const shot = shotAt(index);
      if (shot === undefined) throw new Error('unreachable: a corpus is never empty');
      shots[index] = shot;
      const headers = Object.fromEntries(Object.entries(shot.headers).filter(([name]) => !NOT_SENT.has(name)));
      if (local) {
        const client = shot.label === 'attack' ? visitors + (index % attackers) : index % visitors;
        headers['cf-connecting-ip'] = clientAddress(client);
        Object.assign(headers, asFromSomewhere(client));
      } else delete headers['host'];
      return { ...shot, headers };
    },
    (landing, index) => {
      const shot = shots[index];
      if (shot !== undefined) tally.add(shot, landing);
    },
  );
  clearInterval(progress);

  const took = (Date.now() - begin) / 1000;
  const report = { target: origin, seconds: took, perSecond: tally.answered / took, ...tally.report() };
  if (options.json) console.log(JSON.stringify(report));
  else print(report);
}

type Report = ReturnType<Tally['report']> & { target: string; seconds: number; perSecond: number };

function print(report: Report): void {
  const { p50, p90, p99, max } = report.latencyMs;
  console.log(`\n${report.answered} requests to ${report.target} in ${report.seconds.toFixed(1)} s\n`);
  for (const [label, outcomes] of Object.entries(report.outcomes)) {
    const parts = Object.entries(outcomes).map(([outcome, n]) => `${outcome} ${n}`);
    console.log(`  ${label.padEnd(8)} ${parts.join(', ') || 'none sent'}`);
  }
  console.log(`\n  latency  p50 ${p50} ms, p90 ${p90} ms, p99 ${p99} ms, max ${max} ms`);
  for (const [error, n] of Object.entries(report.errors)) console.log(`  failed   ${n} times: ${error}`);
  const { count, examples } = report.mismatches;
  console.log(`\n  against their label: ${count}`);
  for (const { label, category, outcome, method, path } of examples) {
    console.log(`    ${label} (${category}): ${outcome}  ${method} ${path.slice(0, 100)}`);
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
