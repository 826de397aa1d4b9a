import { readFileSync } from 'node:fs';
import { parseRuleset } from '../rules/schema.ts';
import type { ActiveRuleset } from '../src/edge/active-rulesets.ts';
import { bundledRuleset } from '../src/edge/bundled.ts';
import { BUNDLED_RULESETS } from '../src/edge/ruleset-names.ts';
import { checkRuleset } from '../src/edge/waf/check-ruleset.ts';
import { compileRuleset } from '../src/edge/waf/compile.ts';
import { parsePreparedRuleset } from '../src/edge/waf/prepared-ruleset.ts';

/** The rulesets that every shield carries, blocking as they do by default. */
export function bundledRulesets(): readonly ActiveRuleset[] {
  return BUNDLED_RULESETS.map((name) => {
    const parsed = parsePreparedRuleset(bundledRuleset(name));
    if (!parsed.ok) throw new Error(`the bundled ruleset ${name} cannot be read: run npm run rules:prepare`);
    return { name, mode: 'block', ruleset: compileRuleset(parsed.value) };
  });
}

/** An imported ruleset that only weighs. Throws where the registry would refuse it. */
export function weighedRuleset(path: string): ActiveRuleset {
  const parsed = parseRuleset(JSON.parse(readFileSync(path, 'utf8')));
  const checked = parsed.ok ? checkRuleset(parsed.value) : parsed;
  if (!checked.ok)
    throw new Error(`${path} is no ruleset: ${checked.problems[0]?.path} ${checked.problems[0]?.message}`);
  return { name: checked.value.name, mode: 'weigh', ruleset: compileRuleset(checked.value) };
}

/** As records of training and card tell it: `crs 4.28.0 pl1 (weigh)`. */
export function nameRuleset({ name, mode, ruleset }: ActiveRuleset): string {
  return `${name} ${ruleset.version} (${mode})`;
}
