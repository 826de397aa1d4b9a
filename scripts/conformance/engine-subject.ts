import type { Ruleset } from '../../rules/schema.ts';
import { compileRuleset } from '../../src/edge/waf/compile.ts';
import { evaluateRequest } from '../../src/edge/waf/evaluate.ts';
import { prepareRuleset } from '../../src/edge/waf/prepare-ruleset.ts';
import { buildRequestView, type RequestParts, type RequestView } from '../../src/edge/waf/request-view.ts';
import { buildRequest } from './build-request.ts';
import { logLine } from './log-line.ts';
import { readRequest, type WireRequest } from './read-request.ts';
import { reflect } from './reflect.ts';
import type { Subject } from './run.ts';

/** Whom the suites take for the client. */
const CLIENT = '127.0.0.1';

/** The engine in this process: it sees a request as its bytes say it, and the answer that the suites' backend would give. */
export function startEngineSubject(ruleset: Ruleset): Subject {
  const compiled = compileRuleset(prepareRuleset(ruleset));
  let requests = 0;
  return {
    hasServer: false,
    width: 1,
    async observe({ input }) {
      const request = readRequest(buildRequest(input));
      const view = buildRequestView(partsOf(request, String(++requests)));
      const transaction = evaluateRequest(compiled, view, {
        mode: 'detect',
      });
      const { status, headers, body } = reflect(request.method, request.target, Buffer.from(request.body));
      transaction.respond({ status, headers, body });
      transaction.finish();
      return {
        status: null,
        error: null,
        log: transaction.result.matches.map((match) => logLine(match, valueAt(view, match.location))),
      };
    },
    async stop() {},
  };
}

/** The value of a member that a match names: `ARGS:q`, be it in the query or in the body. */
function valueAt(view: RequestView, location: string): string | undefined {
  const [, collection = '', name] = /^(\w+):(.*)$/s.exec(location) ?? [];
  return view.values.find((value) => value.collection.startsWith(collection) && value.name === name?.toLowerCase())
    ?.value;
}

/** As a Worker would have it: header names in lower case, and one of a name. */
function partsOf({ method, target, protocol, headers, body }: WireRequest, uniqueId: string): RequestParts {
  const byName = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    const before = byName.get(key);
    byName.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  const path = target.startsWith('/') ? target : `/${target}`;
  return {
    method,
    url: `http://${byName.get('host') ?? ''}${path}`,
    headers: byName,
    body: body.length === 0 ? null : body,
    bodyTruncated: false,
    protocol,
    target,
    remoteAddress: CLIENT,
    uniqueId,
  };
}
