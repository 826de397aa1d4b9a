import type { Example, Rule, Ruleset } from '../../../rules/schema.ts';
import type { Problem } from '../../parse.ts';
import { compileRuleset } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { compileOperator } from './operators.ts';
import { buildRequestView, type RequestParts, type RequestView } from './request-view.ts';

/** What the registry asks before it takes a ruleset: ids are unique, every pattern can run in linear time, and every rule does what its examples say. */
export function checkRuleset(ruleset: Ruleset): Problem[] {
  const problems: Problem[] = [];
  const ids = new Set<string>();
  for (const [index, rule] of ruleset.rules.entries()) {
    const path = `rules.${index}`;
    if (ids.has(rule.id)) problems.push({ path: `${path}.id`, message: `${rule.id} is there twice` });
    ids.add(rule.id);
    const refusal = tryOperator(rule);
    if (refusal === null) checkExamples(rule, path, problems);
    else problems.push({ path: `${path}.operator`, message: `${rule.id}: ${refusal}` });
  }
  return problems;
}

function tryOperator(rule: Rule): string | null {
  try {
    // Engines are chosen at the first use, so use each.
    for (const branch of compileOperator(rule.operator)) branch.match('');
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function checkExamples(rule: Rule, path: string, problems: Problem[]): void {
  // The rule alone: an example proves its own rule, whatever others think of it.
  const compiled = compileRuleset({ name: rule.id, version: '0', rules: [rule] });
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
