import { describe, expect, test } from 'vitest';
import type { EventLayers, EventRule, NumberedEvent } from '../../../src/actors/contracts.ts';
import { reputationWeighs } from '../../../src/dashboard/event/input-words.ts';
import { layerSteps } from '../../../src/dashboard/event/layer-steps.ts';
import { sayLocation } from '../../../src/dashboard/event/location-words.ts';
import { sayVerdict } from '../../../src/dashboard/event/verdict-words.ts';

const request = { method: 'GET', host: 'shop.test', path: '/search?q=1', route: 'default', userAgent: '' };
const client = { ip: '20.5.100.7' };
const rule = (id: string, more: Partial<EventRule> = {}): EventRule => ({
  id,
  name: 'SQL injection: UNION SELECT',
  category: 'sqli',
  score: 70,
  location: 'ARGS_GET:q',
  matched: 'union select',
  ...more,
});
const layers = (by: EventLayers['by'], more: Partial<EventLayers> = {}): EventLayers => ({
  by,
  anomaly: 0,
  blocking: false,
  bot: 0,
  reputation: 0,
  model: 0.1,
  base: 0.02,
  thresholds: { log: 0.3, challenge: 0.5, block: 0.8 },
  ...more,
});
const event = (more: Partial<NumberedEvent>): NumberedEvent => ({
  n: 1,
  id: '00000000-0000-4000-8000-000000000001',
  kind: 'request',
  at: 0,
  outcome: 'block',
  reason: '',
  client,
  request,
  seq: 1,
  ...more,
});
const system = (outcome: 'notice' | 'error', reason: string): NumberedEvent => ({
  n: 1,
  id: '00000000-0000-4000-8000-000000000002',
  kind: 'system',
  at: 0,
  outcome,
  reason,
  seq: 1,
});

/** The layers that are marked as those that decided. */
const decided = (told: NumberedEvent) =>
  layerSteps(told)
    .filter((step) => step.decided)
    .map(({ name, said }) => `${name}: ${said}`);

test('a cause that weighed next to nothing beside the heaviest is not named', () => {
  const told = event({
    reason: 'score 0.912 is at or above the block threshold 0.8: address remembered',
    layers: layers('score', { model: 0.912 }),
    contributions: { ip_reputation: 0.84, attack_likeness: 0.045 },
  });
  const { cause, detail } = sayVerdict(told);
  expect(cause).toBe('the address has a bad record');
  expect(detail).not.toContain('attack');
  expect(reputationWeighs(told)).toBe(true);
  expect(reputationWeighs({ contributions: { ip_reputation: 0.3, waf_score: 0.4 } })).toBe(false);
});

const SCORED = 'score 0.912 is at or above the block threshold 0.8: bot scanner_user_agent';

const VERDICTS: readonly (readonly [string, NumberedEvent, string, string])[] = [
  [
    'a rule that blocks',
    event({
      reason: 'rule sqli-001 (SQL injection: UNION SELECT) matched in ARGS_GET:q',
      rules: [rule('xss-1', { category: 'xss' }), rule('sqli-001')],
      layers: layers('rule', { blocking: true }),
    }),
    'Blocked: SQL injection in the query parameter q',
    'The rule sqli-001 (SQL injection: UNION SELECT) decided: it blocks by itself. One more rule matched.',
  ],
  [
    'a rule that only logs',
    event({ outcome: 'log', reason: 'rule a (b) matched in X', rules: [rule('a')], layers: layers('rule') }),
    'Logged: SQL injection in the query parameter q',
    'The rule a (SQL injection: UNION SELECT) matched. It only logs, and the request went on.',
  ],
  [
    'a rule of a ruleset that only detects',
    event({
      outcome: 'log',
      reason: 'rule 942100 (SQLi) of crs, which does not block, matched in ARGS_GET:q',
      rules: [rule('942100', { mode: 'detect', ruleset: 'crs' })],
    }),
    'Logged: SQL injection in the query parameter q',
    'The ruleset crs only detects, and the request went on.',
  ],
  [
    'a category that says less than its rule',
    event({
      reason: 'rule x (XML external entity) matched in REQUEST_BODY',
      rules: [rule('x', { category: 'other', name: 'XML external entity', location: 'REQUEST_BODY' })],
    }),
    'Blocked: XML external entity in the body',
    'decided',
  ],
  [
    'the sum of the rules',
    event({
      reason: 'the rules a, b add up to 105, and 100 blocks',
      rules: [rule('a', { score: 45 }), rule('b', { score: 60, category: 'xss', location: 'REQUEST_COOKIES:id' })],
      layers: layers('anomaly', { anomaly: 105 }),
    }),
    'Blocked: Cross-site scripting in the cookie id, by several rules together',
    'The sum of the rules decided: the rules a, b add up to 105, and 100 blocks.',
  ],
  [
    'a tally of CRS',
    event({
      reason: 'the rules 942100 of crs add up to 5, and rule 949110 blocks',
      rules: [rule('949110', { score: 0, location: 'TX:blocking_inbound_anomaly_score' }), rule('942100')],
      layers: layers('anomaly', { blocking: true }),
    }),
    'Blocked: SQL injection in the query parameter q, by several rules together',
    'and rule 949110 blocks.',
  ],
  [
    'the score, by what weighed most',
    event({
      reason: SCORED,
      layers: layers('score', { model: 0.912 }),
      contributions: { bot_score: 0.5, sql_likeness: 0.3, text_length: -0.1, encoding_depth: 0.001 },
    }),
    'Blocked: the client looks automated',
    'The score decided: 0.912 of 1, and from 0.8 on a request is blocked. What weighed most: the client looks automated; it reads like SQL.',
  ],
  [
    'the score, where only the reason tells',
    event({ outcome: 'challenge', reason: SCORED.replace('block threshold 0.8', 'challenge threshold 0.5') }),
    'Challenged: the client looks automated',
    'and from 0.5 on a request is challenged.',
  ],
  [
    'the blocklist, by address',
    event({ reason: '20.5.100.7 is on the blocklist: credential stuffing' }),
    'Blocked: the address is on the blocklist',
    'The blocklist decided, before anything of the request was read. The reason given there: credential stuffing',
  ],
  [
    'the blocklist, by range',
    event({ reason: '20.5.100.0/24 is on the blocklist: abuse' }),
    'Blocked: its range 20.5.100.0/24 is on the blocklist',
    'abuse',
  ],
  [
    'the blocklist, by network',
    event({ reason: 'AS64500 is on the blocklist: abuse' }),
    'Blocked: its network AS64500 is on the blocklist',
    'abuse',
  ],
  [
    'threat intelligence, unread',
    event({
      reason: '20.5.100.7 is a known threat (score 0.93, tier block); GET /check?ip= tells the sources',
    }),
    'Blocked: the address is a known threat',
    'Threat intelligence decided: it is listed at 0.93, in the tier block. Its content was not read.',
  ],
  [
    'threat intelligence, challenged whatever the content',
    event({
      outcome: 'challenge',
      reason: '20.5.100.7 is a known threat (score 0.70, tier challenge); GET /check?ip= tells the sources',
      layers: layers('intelligence', { listed: { score: 0.7, tier: 'challenge' } }),
    }),
    'Challenged: the address is a known threat',
    'Its content alone would have passed.',
  ],
  [
    'the rate limit',
    event({ outcome: 'limit', reason: 'more than 10 requests in 60 s on route login', layers: layers('none') }),
    'Limited: more than 10 requests in 60 s on route login',
    'The rate limit decided: it is about how many requests come, not about what they are.',
  ],
  [
    'a rate limit that intelligence lowers',
    event({
      outcome: 'limit',
      reason: 'more than 5 requests in 60 s on route login; 20.5.100.7 is a known threat (score 0.40, tier rate_limit)',
      layers: layers('intelligence', { listed: { score: 0.4, tier: 'rate_limit' } }),
    }),
    'Limited: more than 5 requests in 60 s on route login',
    'It is lower for this address, which threat intelligence lists.',
  ],
  [
    'an actor that failed, closed',
    event({ failed: 'closed', reason: 'rate guardian: deadline; route default fails closed', layers: layers('none') }),
    'Blocked: the rate limit could not be checked',
    'What cannot be checked is refused, since the route default fails closed.',
  ],
  [
    'an actor that failed, open',
    event({ outcome: 'allow', failed: 'open', reason: 'reputation: overloaded; route default fails open' }),
    'Allowed: the reputation of the client could not be asked for',
    'It was let through without that check, since the route default fails open.',
  ],
  [
    'an actor that failed beside a verdict that stood',
    event({
      outcome: 'challenge',
      failed: 'open',
      reason: 'rate guardian: deadline; route default fails open',
      layers: layers('score', { model: 0.6 }),
      contributions: { ip_reputation: 0.5 },
    }),
    'Challenged: the address has a bad record',
    'The rate limit could not be checked; the route default fails open.',
  ],
  [
    'a body that broke off',
    event({ reason: 'the body broke off' }),
    'Blocked: the body broke off',
    'No layer decided: what did not come whole cannot be judged, and was not sent on.',
  ],
  [
    'a match that an exclusion kept away',
    event({
      outcome: 'log',
      reason: 'rule a (b) matched in X',
      rules: [rule('a')],
      excluded: ['fp-1', 'fp-2'],
    }),
    'Logged: SQL injection in the query parameter q',
    'The exclusions fp-1, fp-2 kept other matches away.',
  ],
  [
    'a feed that fails',
    system('error', 'feed tor-exits: failing: the host could not be reached'),
    'Error: the threat feed tor-exits: failing: the host could not be reached',
    'No request was decided by it. Feeds and their state stand on the page Enforcement.',
  ],
  [
    'feeds of which none could be reached',
    system('notice', 'feeds ipsum, tor-exits: failing: the host could not be reached'),
    'Notice: the threat feeds ipsum, tor-exits: failing: the host could not be reached',
    'No request was decided by it. Feeds and their state stand on the page Enforcement.',
  ],
  [
    'a word of enforcement',
    system('notice', 'enforcement: lists changed: 40 added, 0 removed'),
    'Notice: lists changed: 40 added, 0 removed',
    'Plan, lists and runs stand on the page Enforcement.',
  ],
  [
    'a release that cannot be loaded',
    system('error', 'reload: the body is not there'),
    'Error: a new release could not be loaded',
    'The releases before it stay in force. What was wrong: the body is not there',
  ],
  [
    'a change by an operator',
    system('notice', 'unblock 20.5.100.7'),
    'Notice: unblock 20.5.100.7',
    'Who changed what stands in the audit log.',
  ],
];

describe('a verdict in plain words', () => {
  test.each(VERDICTS)('%s', (_, told, headline, detail) => {
    const words = sayVerdict(told);
    expect(`${words.outcome}: ${words.cause}`).toBe(headline);
    expect(words.detail).toContain(detail);
  });
});

describe('where a rule matched', () => {
  test.each([
    ['ARGS_GET:q', 'the query parameter q'],
    ['ARGS_POST:json.items', 'the body’s parameter json.items'],
    ['ARGS_NAMES:q', 'a parameter’s name'],
    ['REQUEST_HEADERS:user-agent', 'the header User-Agent'],
    ['REQUEST_FILENAME', 'the path'],
    ['&ARGS', 'the number of parameters'],
    ['&REQUEST_HEADERS:host', 'the number of values of the header Host'],
    ['WHATEVER:x', 'WHATEVER:x'],
  ])('%s', (location, words) => {
    expect(sayLocation(location)).toBe(words);
  });

  test('ARGS are told apart by the request', () => {
    expect(sayLocation('ARGS:q')).toBe('the parameter q');
    expect(sayLocation('ARGS:q', { method: 'POST', path: '/search?q=1' })).toBe('the query parameter q');
    expect(sayLocation('ARGS:q', { method: 'POST', path: '/search' })).toBe('the body’s parameter q');
    expect(sayLocation('ARGS:q', { method: 'GET', path: '/search?cut…' })).toBe('the parameter q');
  });
});

describe('the layers of a verdict', () => {
  test.each([
    ['blocklist', event({ reason: '20.5.100.7 is on the blocklist: abuse' }), ['Blocklist: listed']],
    [
      'intelligence',
      event({ reason: '20.5.100.7 is a known threat (score 0.93, tier block); GET /check?ip= tells the sources' }),
      ['Threat intelligence: 0.93'],
    ],
    ['rule', event({ layers: layers('rule', { anomaly: 70, blocking: true }) }), ['Rules: 70 points, one rule blocks']],
    ['anomaly', event({ layers: layers('anomaly', { anomaly: 105 }) }), ['Rules: 105 points, 100 block']],
    ['score', event({ layers: layers('score', { model: 0.912 }) }), ['Model: 0.912']],
    ['limit', event({ outcome: 'limit', layers: layers('none') }), ['Rate limit: over the limit']],
    ['failure', event({ failed: 'closed', reason: 'rate guardian: deadline; x', layers: layers('none') }), []],
  ])('%s decided', (_, told, expected) => {
    expect(decided(told)).toEqual(expected);
  });

  test('those after the one that ended the request were not asked, and an event of no request has none', () => {
    const steps = layerSteps(event({ reason: '20.5.100.7 is on the blocklist: abuse' }));
    expect(steps.slice(1).map(({ said }) => said)).toEqual(Array.from({ length: 6 }, () => 'not asked'));
    expect(layerSteps(system('notice', 'unblock 20.5.100.7'))).toEqual([]);
  });

  test('the model is held against the thresholds, the rules against what blocks', () => {
    const steps = layerSteps(event({ layers: layers('score', { anomaly: 50, model: 0.9 }) }));
    expect(steps.find(({ name }) => name === 'Model')).toMatchObject({ share: 0.9, marks: [0.3, 0.5, 0.8] });
    expect(steps.find(({ name }) => name === 'Rules')).toMatchObject({ share: 0.5 });
  });
});
