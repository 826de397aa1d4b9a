import type { Ruleset } from '../../rules/schema.ts';
import type { BusMessage, ThreatEvent } from '../../src/actors/contracts.ts';
import type { Policy } from '../../src/edge/policy.ts';
import { AdminClient } from '../../test/support/node/admin-client.ts';
import { buildDashboard, bundleWorker } from '../local/bundle.ts';
import { loneRulesetPolicy } from '../local/lone-ruleset-policy.ts';
import { startShield } from '../local/shield.ts';
import { clientAddress } from '../traffic/clients.ts';
import { buildRequest } from './build-request.ts';
import type { LogLine, Observation } from './expectation.ts';
import { logLine } from './log-line.ts';
import { exchange } from './raw-exchange.ts';
import { startReflectingOrigin } from './reflecting-origin.ts';
import type { Subject } from './run.ts';

const KEY = 'conformance-admin-key-0123456789abcdef';

/** Requests at once. An isolate holds 100 events until it tells them, and each request makes at most one. */
const WIDTH = 64;

/** How long an event may trail its request: the isolate waits 100 ms for company and the bus 250 ms; a busy machine adds. */
const EVENT_PATIENCE_MS = 10_000;

/** Nothing keeps a request from the backend, as in the suites' own runs: rules only tell, and answers are looked at too. */
const policyFor = (ruleset: string): Policy => ({
  ...loneRulesetPolicy(ruleset, 'detect'),
  deadlineMs: 5000,
  responses: { inspect: true },
});

/** A real Worker in a local workerd, with the ruleset in force, before a backend that reflects; it hears raw bytes. */
export async function startWorkerSubject(ruleset: Ruleset): Promise<Subject> {
  const origin = await startReflectingOrigin();
  await buildDashboard();
  const shield = await startShield({
    script: await bundleWorker(),
    direct: true,
    bindings: { ADMIN_API_KEY: KEY, ORIGIN_URL: origin.url },
  });
  const admin = new AdminClient(shield.url, KEY);
  await admin.post('/admin/policy/reload', policyFor(ruleset.name));
  await admin.post('/admin/rules/reload', ruleset);
  const events = await EventWatch.open(shield.url);
  const port = Number(new URL(shield.url).port);
  let clients = 0;
  return {
    hasServer: true,
    width: WIDTH,
    async observe({ input }): Promise<Observation> {
      // A client of its own for each: reputation must not judge the next test by the last.
      const answer = await exchange(port, withClient(buildRequest(input), clientAddress(clients++)));
      if (!answer.ok) return { status: null, error: answer.failure, log: [] };
      const id = answer.headers.get('x-request-id');
      const isEvent = id !== undefined && answer.headers.get('x-edgeshield-decision') !== 'allow';
      const event = isEvent ? await events.wait(id) : null;
      return { status: answer.status, error: null, log: event === null ? [] : readLog(event) };
    },
    async stop() {
      events.close();
      await shield.stop();
      await origin.stop();
    },
  };
}

/** An event tells a few rules in full and names all. */
function readLog({ rules = [], ruleIds = [] }: ThreatEvent): LogLine[] {
  const told = new Map(rules.map((rule) => [rule.id, logLine(rule)]));
  return ruleIds.map((id) => told.get(id) ?? { id, text: `[id "${id}"]` });
}

/** Cloudflare's edge writes this header into every request; here it goes below the request line. */
function withClient(request: Buffer, address: string): Buffer {
  const line = request.indexOf('\n') + 1;
  return Buffer.concat([
    request.subarray(0, line),
    Buffer.from(`CF-Connecting-IP: ${address}\r\n`),
    request.subarray(line),
  ]);
}

/** Hears the shield's events as an operator's script does. */
class EventWatch {
  readonly #socket: WebSocket;
  readonly #heard = new Map<string, ThreatEvent>();
  readonly #waiting = new Map<string, (event: ThreatEvent) => void>();

  static async open(url: string): Promise<EventWatch> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/threats`, { headers: { 'x-admin-key': KEY } });
    await new Promise((resolve, reject) => {
      socket.addEventListener('open', resolve, { once: true });
      socket.addEventListener('error', () => reject(new Error('the shield offers no events')), { once: true });
    });
    return new EventWatch(socket);
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      const message: BusMessage = JSON.parse(String(data));
      if (message.type !== 'events') return;
      for (const event of message.events) {
        const resolve = this.#waiting.get(event.id);
        if (resolve === undefined) this.#heard.set(event.id, event);
        else resolve(event);
      }
    });
  }

  /** The event of a request. */
  async wait(id: string): Promise<ThreatEvent> {
    const heard = this.#heard.get(id);
    this.#heard.delete(id);
    if (heard !== undefined) return heard;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no event came for request ${id}`)), EVENT_PATIENCE_MS);
      this.#waiting.set(id, (event) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(event);
      });
    });
  }

  close(): void {
    this.#socket.close();
  }
}
