import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Account, isoTime, type ListView } from './account.ts';
import type { Answer } from './answer.ts';
import { courseOf, Faults, type Fault, type FaultSpec } from './faults.ts';
import { addForeignItems, addForeignList, removeByHand, type ForeignItem, type ForeignList } from './foreign.ts';
import { Gate } from './gate.ts';
import { failure, readBody, sendAnswer } from './http.ts';
import { loadAccount, saveAccount } from './kept-state.ts';
import { newId } from './lists.ts';
import type { Operation } from './operations.ts';
import type { PlanName } from './plan.ts';
import type { Rule } from './rule.ts';

const BASE = '/client/v4';
/** More than two full windows of the request limit: no test looks further back. */
const CALLS_KEPT = 5000;

export interface CloudflareStandInOptions {
  /** 0, the default, picks a free port. */
  readonly port?: number;
  readonly token?: string;
  readonly accountId?: string;
  readonly zoneId?: string;
  /** `free` by default. */
  readonly plan?: PlanName;
  /** A JSON file: read at the start, written after each change. */
  readonly persist?: string;
  /** How long a bulk operation takes, half of it pending, half of it running; 40 by default. */
  readonly operationMs?: number;
  readonly foreignLists?: readonly ForeignList[];
  /** False: does not keep the process alive. */
  readonly hold?: boolean;
  /** The clock, in milliseconds: for operations, dates and the limits of requests. */
  readonly now?: () => number;
}

export interface RecordedCall {
  readonly method: string;
  /** After `/client/v4`, with its query. */
  readonly path: string;
  /** 0 when the caller got no answer. */
  readonly status: number;
}

export interface CloudflareStandIn {
  /** The base URL for the SDK, with `/client/v4`. */
  readonly url: string;
  readonly token: string;
  readonly accountId: string;
  readonly zoneId: string;
  readonly calls: readonly RecordedCall[];
  readonly operations: readonly Operation[];
  /** All lists with all items, a copy. */
  lists(): readonly ListView[];
  list(name: string): ListView | undefined;
  /** The custom rules of the zone, a copy. */
  rules(): readonly Rule[];
  addForeignList(list: ForeignList): void;
  addForeignItems(list: string, items: readonly ForeignItem[]): void;
  /** A rule that somebody else made, at the end of the custom rules. */
  addForeignRule(rule: { readonly action: string; readonly expression: string; readonly ref?: string }): void;
  /** Takes items out as by hand, at once. */
  removeItems(list: string, ips: readonly string[]): void;
  fault(spec: FaultSpec): Fault;
  clearFaults(): void;
  /** Lets operations go on that a fault had made stuck. */
  releaseOperations(): void;
  stop(): Promise<void>;
}

const CUSTOM_RULES = 'http_request_firewall_custom';

/** A stand-in for the parts of Cloudflare's API that the shield uses, as a real HTTP server on this machine. */
export async function startCloudflareStandIn(options: CloudflareStandInOptions = {}): Promise<CloudflareStandIn> {
  const token = options.token ?? newId();
  const accountId = options.accountId ?? newId();
  const zoneId = options.zoneId ?? newId();
  const now = options.now ?? Date.now;
  const account = new Account(options.plan ?? 'free', options.operationMs ?? 40);
  const faults = new Faults();
  const gate = new Gate(account, { token, accountId, zoneId }, now);
  const calls: RecordedCall[] = [];
  if (options.persist !== undefined) loadAccount(account, options.persist);
  for (const list of options.foreignLists ?? []) addForeignList(account, list, isoTime(now()));

  const save = () => {
    if (options.persist !== undefined) saveAccount(account, options.persist);
  };
  const settle = () => {
    if (account.operations.settle(now())) save();
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', 'http://stand-in.invalid');
    const path = url.pathname.startsWith(`${BASE}/`) ? url.pathname.slice(BASE.length) : url.pathname;
    const record = (status: number) => {
      calls.push({ method, path: path + url.search, status });
      if (calls.length > CALLS_KEPT) calls.shift();
    };
    const body = await readBody(request);
    settle();
    const fault = faults.strike(method, path + url.search);
    switch (fault?.kind) {
      case 'timeout':
        return record(0);
      case 'drop-request':
        record(0);
        return void request.socket.destroy();
      case 'html':
        record(502);
        return void response
          .writeHead(502, { 'content-type': 'text/html' })
          .end('<html><h1>502 Bad Gateway</h1></html>');
      case '500':
      case '503':
      case '429':
      case '401':
        return reply(failure(Number(fault.kind), fault.retryAfter));
      case 'drop-reply':
      case 'half-operation':
      case 'stuck-operation':
      case undefined:
        break;
    }
    const { authorization } = request.headers;
    const course = courseOf(fault?.kind);
    const answer = gate.answer({ method, path, query: url.searchParams, authorization, body, course });
    if (method !== 'GET') save();
    if (fault?.kind !== 'drop-reply') return reply(answer);
    record(0);
    return void request.socket.destroy();

    function reply(answer: Answer): void {
      record(answer.status);
      sendAnswer(response, answer);
    }
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) return void response.destroy();
      return sendAnswer(response, failure(500, undefined, String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  if (options.hold === false) server.unref();
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port');

  const changeByHand = (change: (at: string) => void) => {
    settle();
    change(isoTime(now()));
    save();
  };
  const view = () => {
    settle();
    return account.view();
  };
  return {
    url: `http://127.0.0.1:${address.port}${BASE}`,
    token,
    accountId,
    zoneId,
    calls,
    get operations() {
      settle();
      return account.operations.all();
    },
    lists: view,
    list: (name) => view().find((list) => list.name === name),
    rules: () => structuredClone(account.rulesets.all().find(({ phase }) => phase === CUSTOM_RULES)?.rules ?? []),
    addForeignList: (list) => changeByHand((at) => addForeignList(account, list, at)),
    addForeignItems: (list, items) => changeByHand((at) => addForeignItems(account, list, items, at)),
    addForeignRule: (rule) =>
      changeByHand((at) => {
        const rules = account.rulesets.all().find(({ phase }) => phase === CUSTOM_RULES)?.rules ?? [];
        const written = { body: { rules: [...rules, rule] }, dryRun: false, at };
        const [problem] = account.rulesets.putEntrypoint(CUSTOM_RULES, written).problems;
        if (problem !== undefined) throw new Error(problem.message);
      }),
    removeItems: (list, ips) => changeByHand((at) => removeByHand(account, list, ips, at)),
    fault: (spec) => faults.add(spec),
    clearFaults: () => faults.clear(),
    releaseOperations: () => account.operations.release(),
    stop: async () => {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
      settle();
    },
  };
}
