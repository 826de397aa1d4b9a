import type { Operator, Rule, Target } from '../schema.ts';
import { END_OF_PHASE, lastArgument, skipMarker, type WrittenRule } from './assemble.ts';
import type { SecAction, SecRule, SecSelection } from './ast.ts';
import { categoryOf, paranoiaOf, severityOf } from './classify.ts';
import type { Draft, DraftControl, DraftLink } from './draft.ts';
import type { RuleFacts } from './macros.ts';
import { translateActions } from './translate-actions.ts';
import { translateOperator, type ReadData } from './translate-operator.ts';
import { translateVariable } from './translate-variables.ts';

const NAME_LIMIT = 200;
const TAG_LIMIT = 128;

const DISRUPTIVE = new Set(['pass', 'block', 'deny', 'drop', 'allow', 'redirect', 'proxy']);
const REFUSALS = new Set(['deny', 'drop', 'redirect', 'proxy']);

/** A written rule as a draft. What cannot be translated is told in `faults` and `losses`; nothing is lost without a word. */
export function translateRule(written: WrittenRule, readData: ReadData): Draft {
  const [head] = written.links;
  const { id, phase, defaults } = written;
  const { actions, place } = head!;
  const message = lastArgument(actions, 'msg') ?? '';
  const severity = lastArgument(actions, 'severity');
  const tags = actions.filter(({ name }) => name === 'tag').map(({ argument }) => (argument ?? '').slice(0, TAG_LIMIT));
  const facts: RuleFacts = new Map(Object.entries({ id, msg: message, severity: severity ?? '' }));
  const faults: string[] = /^\d{1,15}$/.test(id) ? [] : [id === '' ? 'has no id' : `"${id}" is no id`];
  const losses: string[] = [];
  const controls: DraftControl[] = [];
  const links: DraftLink[] = [];
  for (const [index, link] of written.links.entries()) {
    const effects = translateActions(link.actions, defaults, facts);
    faults.push(...effects.faults);
    losses.push(...effects.losses);
    if (effects.controls.length > 0 && index < written.links.length - 1) {
      losses.push('ctl in an inner link of a chain: done only when the whole chain matches');
    }
    controls.push(...effects.controls);
    const condition = translateCondition(link, facts, readData);
    faults.push(...condition.faults);
    losses.push(...condition.losses);
    const { transformations, multiMatch, capture, assignments } = effects;
    const { targets, operator } = condition;
    links.push({ targets, transformations, operator, multiMatch, capture, assignments });
  }
  const allow = translateAllow(actions);
  const skip = lastArgument(actions, 'skip') === null ? null : skipMarker(id);
  return {
    id,
    place,
    name: nameOf(message, id),
    message,
    category: categoryOf(tags),
    severity: severityOf(severity),
    action: actionOf(actions, defaults),
    phase,
    paranoia: paranoiaOf(tags),
    tags,
    links,
    controls: [...controls, ...allow.controls],
    skipAfter: lastArgument(actions, 'skipafter') ?? skip ?? allow.skipAfter,
    faults: [...new Set(faults)],
    losses: [...new Set(losses)],
  };
}

interface Condition {
  readonly targets: readonly Target[];
  readonly operator: Operator;
  readonly faults: readonly string[];
  readonly losses: readonly string[];
}

const UNCONDITIONAL: Operator = { name: 'unconditionalMatch' };

function translateCondition(link: SecRule, facts: RuleFacts, readData: ReadData): Condition {
  if (link.operator === null) return { targets: [], operator: UNCONDITIONAL, faults: [], losses: [] };
  // Cloudflare has looked the country up: what is left of the operator is whether it is known.
  if (link.operator.name.toLowerCase() === 'geolookup') {
    const targets: Target[] = [{ collection: 'GEO', selector: 'COUNTRY_CODE' }];
    const operator: Operator = { name: 'streq', text: '', negate: true };
    return { targets, operator, faults: [], losses: [] };
  }
  const targets: Target[] = [];
  const losses: string[] = [];
  for (const variable of link.variables) {
    const target = translateVariable(variable);
    if (typeof target === 'string') losses.push(target);
    else targets.push(target);
  }
  const operator = translateOperator(link.operator, facts, link.place, readData);
  const faults = operator.ok ? [] : [operator.problems[0]?.message ?? ''];
  if (!targets.some(({ exclude }) => exclude !== true)) faults.push(...losses.splice(0));
  return { targets, operator: operator.ok ? operator.value : UNCONDITIONAL, faults, losses };
}

/** `block` is what the defaults say; a rule that says nothing does what they do. */
function actionOf(actions: readonly SecAction[], defaults: readonly SecAction[]): Rule['action'] {
  const byDefault = defaults.findLast(({ name }) => DISRUPTIVE.has(name))?.name ?? 'pass';
  const own = actions.findLast(({ name }) => DISRUPTIVE.has(name))?.name ?? 'block';
  if (REFUSALS.has(own === 'block' ? byDefault : own)) return 'block';
  const told = [...defaults, ...actions].findLast(({ name }) => name === 'log' || name === 'nolog')?.name;
  return told === 'nolog' ? 'pass' : 'log';
}

/** `allow` ends the evaluation: of everything, of the request or of the phase. */
function translateAllow(actions: readonly SecAction[]): Pick<Draft, 'controls' | 'skipAfter'> {
  const allow = actions.findLast(({ name }) => DISRUPTIVE.has(name));
  if (allow?.name !== 'allow') return { controls: [], skipAfter: null };
  switch (allow.argument?.toLowerCase() ?? '') {
    case 'phase':
      return { controls: [], skipAfter: END_OF_PHASE };
    case 'request':
      return { controls: [{ name: 'removeRules', selection: EVERY_RULE, upTo: 2 }], skipAfter: null };
    default:
      return { controls: [{ name: 'ruleEngine', mode: 'off' }], skipAfter: null };
  }
}

const EVERY_RULE: SecSelection = { by: 'id', ranges: [[0, Number.MAX_SAFE_INTEGER]] };

/** The message, with an ellipsis for what only a match could fill in. */
function nameOf(message: string, id: string): string {
  const plain = message.replaceAll(/%\{[^}]*\}/g, '…').trim();
  return plain === '' ? `Rule ${id}` : plain.slice(0, NAME_LIMIT);
}
