import * as v from 'valibot';
import { hardenVerdict, judgeAddressAlone } from '../address-verdict.ts';
import { compileExclusions, selectExclusions, type RequestExclusions } from '../exclusions/exclusions.ts';
import { Exclusion } from '../exclusions/schema.ts';
import { conclude, examine } from '../judge.ts';
import { readAddress } from '../reputation/client-key.ts';
import { judgeAddress } from '../reputation/judge-address.ts';
import { findListed } from '../reputation/listed.ts';
import { matchRoute } from '../route.ts';
import type { Snapshot } from '../snapshot.ts';
import { cutExcerpt } from '../excerpt.ts';
import type { RuleMatch, Verdict } from '../verdict.ts';
import { formatLocation } from '../waf/location.ts';
import { buildRequestView, type RequestView } from '../waf/request-view.ts';
import { jsonResponse } from './json-response.ts';
import { operation } from './operation.ts';

/** Room for a body as long as what is inspected of one, escaped as JSON. */
const BODY_LIMIT = 1024 * 1024;

const HeaderName = v.pipe(v.string(), v.regex(/^[\w!#$%&'*+.^`|~-]{1,256}$/, 'must be a header name'));

/** A request in short. What is left out is an ordinary GET of `/`. */
const TestRequest = v.pipe(
  v.strictObject({
    method: v.optional(v.pipe(v.string(), v.toUpperCase(), v.regex(/^[A-Z]{1,32}$/, 'must be a method'))),
    /** Path with query, as on the wire. */
    path: v.optional(v.pipe(v.string(), v.startsWith('/'), v.maxLength(16_384)), '/'),
    host: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(253))),
    headers: v.optional(v.record(HeaderName, v.pipe(v.string(), v.maxLength(32_768))), {}),
    /** As text, sent in UTF-8; or `body_base64`, byte by byte. */
    body: v.optional(v.string()),
    body_base64: v.optional(v.pipe(v.string(), v.base64())),
    /** Where it comes from. */
    ip: v.optional(v.pipe(v.string(), v.ip())),
    country: v.optional(v.pipe(v.string(), v.maxLength(2))),
    /** Number of the network it comes from. */
    asn: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff))),
    /** Tried together with those of the policy in force, before them; nothing is published. */
    exclusions: v.optional(v.pipe(v.array(Exclusion), v.maxLength(50)), []),
  }),
  v.check((test) => test.body === undefined || test.body_base64 === undefined, 'has both body and body_base64'),
);
type TestRequest = v.InferOutput<typeof TestRequest>;

const testRequest = operation({
  method: 'post',
  path: '/admin/rules/test',
  id: 'testRequest',
  summary:
    'What would become of a request, and why: all matches of the rulesets in force, and what exclusions kept away. Nothing is sent on, counted or told',
  tag: 'releases',
  access: 'operator',
  scope: 'read',
  body: TestRequest,
  bodyLimit: BODY_LIMIT,
  responses: {
    200: {
      description:
        'The verdict; `matches` with ruleset, place, text and offsets, `kept_away` the matches that exclusions took back',
    },
    422: { description: 'Not a request' },
  },
  async handle({ body, refresh }) {
    const snapshot = await refresh();
    const view = viewTest(body);
    const exclusions = chooseExclusions(body, view, snapshot);
    const { country, asn } = body;
    const facts = { ip: body.ip ?? '', ...(country !== undefined && { country }), ...(asn !== undefined && { asn }) };
    const examination = examine(view, facts, snapshot, exclusions);
    const address = readAddress(facts.ip);
    const listed = findListed(snapshot, address, facts);
    const { thresholds } = snapshot.policy;
    const content = conclude(examination, judgeAddress(facts, address, null, listed?.score), snapshot);
    const verdict =
      judgeAddressAlone(snapshot, address, asn, listed, Date.now()) ??
      hardenVerdict(content, listed, address, thresholds);
    return jsonResponse(describe(verdict, view, snapshot, exclusions));
  },
});

function viewTest({ method, path, host, headers, body, body_base64, ip, country }: TestRequest): RequestView {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const site = host ?? lower.get('host') ?? 'example.com';
  lower.set('host', site);
  const bytes = readBytes(body, body_base64);
  // Clients tell a body's length, and rules ask for it.
  if (bytes !== null && !lower.has('transfer-encoding') && !lower.has('content-length')) {
    lower.set('content-length', String(bytes.length));
  }
  return buildRequestView({
    method: method ?? (bytes === null ? 'GET' : 'POST'),
    url: `https://${site}${path}`,
    headers: lower,
    body: bytes,
    bodyTruncated: false,
    remoteAddress: ip,
    country,
  });
}

function readBytes(text: string | undefined, base64: string | undefined): Uint8Array | null {
  if (text !== undefined) return new TextEncoder().encode(text);
  return base64 === undefined ? null : Uint8Array.from(atob(base64), (byte) => byte.charCodeAt(0));
}

function chooseExclusions(test: TestRequest, view: RequestView, snapshot: Snapshot): RequestExclusions | null {
  const rulesets = [...snapshot.rulesets].map(([name, { compiled }]) => [name, compiled] as const);
  const all = [...compileExclusions(test.exclusions, rulesets), ...snapshot.exclusions];
  return selectExclusions(all, view, Date.now());
}

/** As the sender is an operator and nothing is kept, the matched text is shown as it is. */
function describe(verdict: Verdict, view: RequestView, snapshot: Snapshot, exclusions: RequestExclusions | null) {
  const { decision, score, by, reason, waf, bot, reputation } = verdict;
  return {
    seq: snapshot.seq,
    decision,
    score: Number(score.toFixed(3)),
    by,
    reason,
    route: matchRoute(snapshot.routes, view.host, view.path).id,
    rulesets: snapshot.active.map(({ name, mode, paranoia }) => ({
      name,
      mode,
      ...(paranoia !== undefined && { paranoia }),
    })),
    anomaly_score: waf.score,
    ...(waf.evidence !== undefined && { evidence: waf.evidence }),
    matches: waf.matches.map(showMatch),
    exclusions: exclusions?.ids ?? [],
    kept_away: (exclusions?.kept ?? []).map(({ exclusion, ruleset, rule, collection, name }) => ({
      exclusion,
      ruleset,
      id: snapshot.rulesets.get(ruleset)?.compiled.rules[rule]?.id,
      location: formatLocation(collection, name),
    })),
    hidden_from_score: exclusions?.hiding ?? [],
    bot,
    reputation,
    truncated: view.truncated,
  };
}

/** The whole value is the operator's own; a piece of it shows the place. */
function showMatch({ text, rawText, ...match }: RuleMatch) {
  const decoded = cutExcerpt(text, match.decoded);
  const raw = rawText === null || match.raw === null ? null : cutExcerpt(rawText, match.raw);
  return { ...match, mode: match.mode ?? 'block', decoded_excerpt: decoded, raw_excerpt: raw };
}

export const testOperations = [testRequest];
