import { CHOSEN_CODE, fieldsOf, ok, refuse, type Answer } from './answer.ts';
import { newId } from './lists.ts';
import type { Plan } from './plan.ts';
import { listsIn, readRule, type Rule } from './rule.ts';

export interface Ruleset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly kind: 'zone';
  readonly phase: string;
  version: string;
  last_updated: string;
  rules: readonly Rule[];
}

/** The phases of a zone that this stand-in knows. */
const PHASES = new Set(['http_request_firewall_custom', 'http_ratelimit']);

interface Written {
  readonly body: unknown;
  /** Validate, change nothing, answer `result: null`. */
  readonly dryRun: boolean;
  readonly at: string;
}

/** The entry point rulesets of one zone. */
export class ZoneRulesets {
  readonly #plan: Plan;
  readonly #listExists: (name: string) => boolean;
  readonly #byPhase = new Map<string, Ruleset>();

  constructor(plan: Plan, listExists: (name: string) => boolean) {
    this.#plan = plan;
    this.#listExists = listExists;
  }

  all(): readonly Ruleset[] {
    return [...this.#byPhase.values()];
  }

  put(ruleset: Ruleset): void {
    this.#byPhase.set(ruleset.phase, ruleset);
  }

  list(): Answer {
    return ok(this.all().map(({ rules: _unlisted, ...ruleset }) => ruleset));
  }

  get(id: string): Answer {
    const ruleset = this.#find(id);
    return ruleset === undefined ? noRuleset(id) : ok(ruleset);
  }

  entrypoint(phase: string): Answer {
    const ruleset = this.#byPhase.get(phase);
    if (ruleset !== undefined) return ok(ruleset);
    return refuse(404, CHOSEN_CODE.noEntrypoint, `could not find entrypoint ruleset in the ${phase} phase`);
  }

  /** Replaces every rule of the phase; makes the ruleset when there is none. */
  putEntrypoint(phase: string, written: Written): Answer {
    if (!PHASES.has(phase)) return refuse(400, CHOSEN_CODE.noRuleset, `unknown phase ${phase}`);
    const fields = fieldsOf(written.body);
    const { rules = [] } = fields;
    if (!Array.isArray(rules)) return refuse(400, CHOSEN_CODE.badRule, 'rules must be an array', '/rules');
    const before = this.#byPhase.get(phase);
    const read: Rule[] = [];
    for (const [i, value] of rules.entries()) {
      const old = before?.rules.find(({ id }) => id === fieldsOf(value)['id']);
      const rule = readRule(value, old, written.at, `/rules/${i}`, this.#listExists);
      if ('problems' in rule) return rule;
      read.push(rule);
    }
    const made: Ruleset = before ?? {
      id: newId(),
      name: typeof fields['name'] === 'string' ? fields['name'] : 'default',
      description: typeof fields['description'] === 'string' ? fields['description'] : '',
      kind: 'zone',
      phase,
      version: '0',
      last_updated: written.at,
      rules: [],
    };
    return this.#write(made, read, written);
  }

  addRule(id: string, written: Written): Answer {
    const ruleset = this.#find(id);
    if (ruleset === undefined) return noRuleset(id);
    const rule = readRule(written.body, undefined, written.at, '', this.#listExists);
    if ('problems' in rule) return rule;
    return this.#place(ruleset, ruleset.rules, rule, ruleset.rules.length, written);
  }

  /** Fields that the body does not name stay as they were. */
  editRule(id: string, ruleId: string, written: Written): Answer {
    const ruleset = this.#find(id);
    if (ruleset === undefined) return noRuleset(id);
    const index = ruleset.rules.findIndex((rule) => rule.id === ruleId);
    if (index < 0) return refuse(404, CHOSEN_CODE.noRule, `could not find rule ${ruleId}`);
    const before = ruleset.rules[index];
    const rule = readRule({ ...before, ...fieldsOf(written.body) }, before, written.at, '', this.#listExists);
    if ('problems' in rule) return rule;
    return this.#place(ruleset, ruleset.rules.toSpliced(index, 1), rule, index, written);
  }

  deleteRule(id: string, ruleId: string, written: Written): Answer {
    const ruleset = this.#find(id);
    if (ruleset === undefined) return noRuleset(id);
    const rules = ruleset.rules.filter((rule) => rule.id !== ruleId);
    if (rules.length === ruleset.rules.length) return refuse(404, CHOSEN_CODE.noRule, `could not find rule ${ruleId}`);
    return this.#write(ruleset, rules, written);
  }

  /** How many rules name this list. */
  references(list: string): number {
    return this.all()
      .flatMap(({ rules }) => rules)
      .filter(({ expression }) => listsIn(expression).includes(list)).length;
  }

  #find(id: string): Ruleset | undefined {
    return this.all().find((ruleset) => ruleset.id === id);
  }

  #place(ruleset: Ruleset, others: readonly Rule[], rule: Rule, index: number, written: Written): Answer {
    const at = placeOf(fieldsOf(fieldsOf(written.body)['position']), others, index);
    if (at === null) return refuse(400, CHOSEN_CODE.badRule, 'invalid position', '/position');
    return this.#write(ruleset, others.toSpliced(at, 0, rule), written);
  }

  #write(ruleset: Ruleset, rules: readonly Rule[], { dryRun, at }: Written): Answer {
    const refs = rules.map(({ ref }) => ref);
    const twice = refs.find((ref, i) => refs.indexOf(ref) !== i);
    if (twice !== undefined) {
      return refuse(400, CHOSEN_CODE.duplicateRef, `ref "${twice}" is not unique in the ruleset`, '/ref');
    }
    const cap = this.#plan.rules[ruleset.phase] ?? 0;
    if (rules.length > cap) {
      return refuse(
        403,
        CHOSEN_CODE.ruleCap,
        `exceeded the maximum number of rules in the phase ${ruleset.phase}: ${rules.length} out of ${cap}`,
      );
    }
    if (dryRun) return ok(null);
    ruleset.rules = rules;
    ruleset.version = String(Number(ruleset.version) + 1);
    ruleset.last_updated = at;
    this.put(ruleset);
    return ok(ruleset);
  }
}

/** `{index}` counts from 1; `{before}` and `{after}` name a rule, or with an empty text the first and the last place. */
function placeOf(
  position: Readonly<Record<string, unknown>>,
  others: readonly Rule[],
  otherwise: number,
): number | null {
  const { index, before, after } = position;
  if (typeof index === 'number') return index >= 1 && index <= others.length + 1 ? index - 1 : null;
  if (before === '') return 0;
  if (after === '') return others.length;
  const named = before ?? after;
  if (named === undefined) return otherwise;
  const found = others.findIndex(({ id }) => id === named);
  return found < 0 ? null : found + (before === undefined ? 1 : 0);
}

const noRuleset = (id: string): Answer => refuse(404, CHOSEN_CODE.noRuleset, `could not find ruleset ${id}`);
