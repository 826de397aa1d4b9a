import { toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { ModelSchema, parseModel } from '../../../model/schema.ts';
import { parseRuleset, RulesetSchema } from '../../../rules/schema.ts';
import { parsePolicy, PolicySchema } from '../../edge/policy.ts';
import type { Parsed, Problem } from '../../parse.ts';
import type { Door } from '../releases/desk.ts';

/** The very schemas that the control plane validates by: what the editor accepts, the door does. */
export const rulesetDoor = door(RulesetSchema, parseRuleset);
export const policyDoor = door(PolicySchema, parsePolicy);
export const modelDoor = door(ModelSchema, parseModel);

function door(schema: v.GenericSchema, parse: (data: unknown) => Parsed<unknown>): Door {
  return {
    // Checks that JSON Schema cannot say are left to `check`.
    schema: toJsonSchema(schema, { errorMode: 'ignore', typeMode: 'input' }),
    check: (data) => problemsOf(parse(data)),
  };
}

function problemsOf(parsed: Parsed<unknown>): readonly Problem[] {
  return parsed.ok ? [] : parsed.problems;
}
