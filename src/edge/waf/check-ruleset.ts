import type { Example, Rule, Ruleset } from '../../../rules/schema.ts';
import type { Parsed, Problem } from '../../parse.ts';
import { compileRuleset } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { prepareRule, type DraftRule } from './prepare-rule.ts';
import { numberDrafts } from './prepare-ruleset.ts';
import type { PreparedRuleset } from './prepared-ruleset.ts';
import { buildRequestView, type RequestParts, type RequestView } from './request-view.ts';

/**
 * The registry's door for rulesets: ids are unique, every pattern can run in linear time, and every rule does what its examples
 * say. Answers the ruleset prepared, all proofs made, so that nobody behind the door has to make one.
 */
export function checkRuleset(ruleset: Ruleset): Parsed<PreparedRuleset> {
  const steps = checkRulesetInSteps(ruleset);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same, rule by rule: a ruleset of hundreds of rules takes seconds, and others may want the thread meanwhile. */
export function* checkRulesetInSteps(ruleset: Ruleset): Generator<undefined, Parsed<PreparedRuleset>> {
  const problems: Problem[] = [];
  const ids = new Set<string>();
  const drafts: DraftRule[] = [];
  for (const [index, rule] of ruleset.rules.entries()) {
    const path = `rules.${index}`;
    if (ids.has(rule.id)) problems.push({ path: `${path}.id`, message: `${rule.id} is there twice` });
    ids.add(rule.id);
    const prepared = prepareRule(rule);
    if (prepared.ok) {
      drafts.push(prepared.value);
      problems.push(...checkExamples(rule, prepared.value, path));
    } else {
      problems.push(...prepared.problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` })));
    }
    if (rule.skipAfter !== undefined && ruleset.markers?.[rule.skipAfter] === undefined) {
      problems.push({ path: `${path}.skipAfter`, message: `${rule.id}: there is no marker ${rule.skipAfter}` });
    }
    yield;
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: numberDrafts(ruleset, drafts) };
}

/** Checks a rule by itself: an example proves its own rule, whatever others think of it. */
function checkExamples(rule: Rule, draft: DraftRule, path: string): Problem[] {
  if (rule.examples.match.length + rule.examples.noMatch.length === 0) return [];
  const alone = compileRuleset(numberDrafts({ name: rule.id, version: '0', rules: [rule] }, [draft]));
  const matches = (example: Example) => evaluate(alone, viewExample(example)).matches.length > 0;
  const problems: Problem[] = [];
  for (const [at, example] of rule.examples.match.entries()) {
    if (matches(example)) continue;
    problems.push({ path: `${path}.examples.match.${at}`, message: `${rule.id} does not match its example` });
  }
  for (const [at, example] of rule.examples.noMatch.entries()) {
    if (!matches(example)) continue;
    problems.push({
      path: `${path}.examples.noMatch.${at}`,
      message: `${rule.id} matches an example that it must not`,
    });
  }
  return problems;
}

/** An example as the shield would see it. */
export function viewExample(example: Example): RequestView {
  const headers = new Map(Object.entries(example.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const body = example.body === undefined ? null : new TextEncoder().encode(example.body);
  const parts: RequestParts = {
    method: example.method ?? (body === null ? 'GET' : 'POST'),
    url: `https://example.com${example.path ?? '/'}`,
    headers,
    body,
    bodyTruncated: false,
  };
  return buildRequestView(parts);
}
