import {
  applyConditions,
  respond,
  type ResponseRules,
  type Tier,
  TIERS,
} from '../../edge/reputation/graduated-response.ts';
import { parseRange } from '../../edge/reputation/range.ts';
import type { AllowEntry, LogicTest } from '../contracts.ts';
import { overlapsAny } from './overlap.ts';

/** Scores are told in steps of this. */
const STEP = 0.01;

/**
 * Seven evaluations of `respond` under the rules in force: at each threshold, just under each, and an allow-listed address with
 * the top score. What is expected is read off the thresholds, not computed by the function under test. The addresses are those
 * of documentation (RFC 5737): they are in no feed and nobody's.
 */
export function testLogic(rules: ResponseRules, allow: readonly AllowEntry[]): readonly LogicTest[] {
  const { rate_limit, challenge, block } = rules.thresholds;
  const scores = [block, block - STEP, challenge, challenge - STEP, rate_limit, rate_limit - STEP];
  const tests = scores.map((score, i) => {
    const rounded = Math.min(1, Math.max(0, Number(score.toFixed(4))));
    return judge(`192.0.2.${i + 1}`, rounded, expectTier(rounded, rules), respond(rounded, {}, rules));
  });
  const ip = allowedAddress(allow);
  return [...tests, judge(ip, 1, 'log_only', respond(1, { allowed: isAllowed(ip, allow) }, rules))];
}

function judge(ip: string, score: number, expected: Tier, actual: Tier): LogicTest {
  return { ip, score, expected, actual, passed: expected === actual };
}

/** The hardest tier whose threshold the score reaches, as the conditions that hold everywhere shift it. */
function expectTier(score: number, rules: ResponseRules): Tier {
  const reached = TIERS.findLast((tier) => tier !== 'log_only' && score >= rules.thresholds[tier]) ?? 'log_only';
  const everywhere = rules.conditions?.filter(({ countries, asns }) => countries === undefined && asns === undefined);
  return applyConditions(reached, score, {}, { ...rules, conditions: everywhere });
}

/** The first address of an entry in force, one of Cloudflare's own if it is known. */
function allowedAddress(allow: readonly AllowEntry[]): string {
  const entry = allow.find(({ origin }) => origin === 'cloudflare') ?? allow[0];
  return entry?.range.split('/')[0] ?? LOOPBACK;
}

/** This machine's own address: on every allow-list, also before one is known. */
const LOOPBACK = '127.0.0.1';

function isAllowed(ip: string, allow: readonly AllowEntry[]): boolean {
  const parsed = parseRange(ip);
  return ip === LOOPBACK || (parsed.ok && overlapsAny(parsed.range, allow));
}
