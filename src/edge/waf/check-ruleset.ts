import type { Example, Rule, Ruleset } from '../../../rules/schema.ts';
import type { Problem } from '../../parse.ts';
import { compileRuleset, type CompiledRuleset } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { buildRequestView, type RequestParts, type RequestView } from './request-view.ts';

/** What the registry asks before it takes a ruleset: ids are unique, every pattern can run in linear time, and every rule does what its examples say. */
export function checkRuleset(ruleset: Ruleset): Problem[] {
  const problems: Problem[] = [];
  const ids = new Set<string>();
  for (const [index, rule] of ruleset.rules.entries()) {
    const path = `rules.${index}`;
    if (ids.has(rule.id)) problems.push({ path: `${path}.id`, message: `${rule.id} is there twice` });
    ids.add(rule.id);
    const refusal = checkAlone(rule, path, problems);
    if (refusal !== null) problems.push({ path: `${path}.operator`, message: `${rule.id}: ${refusal}` });
  }
  return problems;
}

/** Checks a rule by itself: an example proves its own rule, whatever others think of it. Answers why it cannot run, or null. */
function checkAlone(rule: Rule, path: string, problems: Problem[]): string | null {
  let compiled: CompiledRuleset;
  try {
    compiled = compileRuleset({ name: rule.id, version: '0', rules: [rule] });
    prepareEngines(compiled);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const matches = (example: Example) => evaluate(compiled, viewExample(example)).matches.length > 0;
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
  return null;
}

/** Engines are chosen at the first use, so use each: what cannot run must show here and not on a request. */
function prepareEngines(compiled: CompiledRuleset): void {
  for (const { values, names } of Object.values(compiled.groups)) {
    for (const { gated, open } of [...values, ...names]) {
      for (const branch of [...open, ...[...gated.values()].flat()]) branch.match('');
    }
  }
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
