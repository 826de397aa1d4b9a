import type { Ruleset } from '../../../rules/schema.ts';
import type { CompiledRuleset } from '../../../src/edge/waf/compile.ts';
import type { RequestParts } from '../../../src/edge/waf/request-view.ts';
import { listPumps } from '../../support/node/list-pumps.ts';
import { round } from '../report.ts';
import { partsOf } from '../requests.ts';
import { judgeOnce, timeOne } from './cpu.ts';

const LENGTH = 64 * 1024;
/** The slowest at first sight, of which each is timed again: at first sight the compiler and the collector count too. */
const FINALISTS = 20;
const TELL_EVERY = 1000;

interface Attack {
  readonly rule: string;
  readonly parts: RequestParts;
  readonly ms: number;
}

/** The most that any attack of the pump fuzzer on any pattern of the ruleset costs as a field of 64 KB, all rules in force. */
export function measurePumps(source: Ruleset, ruleset: CompiledRuleset, tell: (line: string) => void) {
  let slowest: Attack[] = [];
  let attacks = 0;
  for (const [rule, pattern] of patternsOf(source)) {
    for (const text of listPumps(pattern, LENGTH)) {
      const parts = asField(text);
      const before = performance.now();
      judgeOnce(ruleset, parts);
      slowest.push({ rule, parts, ms: performance.now() - before });
      if (++attacks % TELL_EVERY === 0) tell(`pump fuzzer: ${attacks} attacks`);
    }
    slowest = slowest.sort((a, b) => b.ms - a.ms).slice(0, FINALISTS);
  }
  const timed = slowest
    .map((attack) => ({ ...attack, ms: timeOne(ruleset, attack.parts) }))
    .sort((a, b) => b.ms - a.ms);
  const [worst] = timed;
  const figures = { attacks, worstMs: round(worst?.ms ?? 0), worstRule: worst?.rule ?? '', begins: excerpt(worst) };
  tell(`pump fuzzer: ${attacks} attacks, the worst costs ${figures.worstMs} ms (rule ${figures.worstRule})`);
  return figures;
}

function patternsOf({ rules }: Ruleset): (readonly [id: string, pattern: string])[] {
  return rules.flatMap((rule) =>
    [rule, ...(rule.chain ?? [])].flatMap(({ operator }) =>
      operator.name === 'rx' ? [[rule.id, operator.pattern] as const] : [],
    ),
  );
}

const FIELD = '--b\r\nContent-Disposition: form-data; name="q"\r\n\r\n';

/** In multipart no byte needs an escape, so that all 64 KB are the attack's. */
function asField(text: string): RequestParts {
  const headers = { host: 'shop.example', 'content-type': 'multipart/form-data; boundary=b' };
  const request = { method: 'POST', target: '/', headers, body: null };
  return { ...partsOf(request), body: Buffer.from(`${FIELD}${text}\r\n--b--\r\n`, 'latin1') };
}

function excerpt(attack: Attack | undefined): string {
  const body = Buffer.from(attack?.parts.body ?? []);
  return JSON.stringify(body.toString('latin1', FIELD.length, FIELD.length + 40));
}
