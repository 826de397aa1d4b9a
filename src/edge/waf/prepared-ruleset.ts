import {
  parseRuleset,
  TRANSFORMATIONS,
  type Link,
  type Operator,
  type Rule,
  type Ruleset,
  type Transformation,
} from '../../../rules/schema.ts';
import type { Parsed } from '../../parse.ts';
import type { Engine } from './regex/matcher.ts';
import type { AnyOf } from './regex/required-literals.ts';

/**
 * Which shape and meaning preparations have. To be raised with every change of either: an isolate loads no other, and the
 * registry prepares what is in force anew.
 */
export const PREPARATION_FORMAT = 3;

/** One way in which a rule's operator can match. */
export interface PreparedBranch {
  /** Ids of literals, each of which a matching text holds; the most telling first. */
  readonly needs: readonly number[];
  /** For `rx`: the expression as all engines read it, without flags, and who runs it. */
  readonly pattern?: string;
  readonly engine?: Engine;
  /** The numbers that its groups have in the rule's pattern, where they are others than in the branch. */
  readonly groups?: readonly number[];
  /** For `pm`: the id of its words. */
  readonly words?: number;
}

/** One condition of a rule: the first is the rule's own, the others those of its chain. */
export interface PreparedLink {
  /** Index of its chain of transformations. */
  readonly chain: number;
  readonly branches: readonly PreparedBranch[];
}

/** The chain it extends, always an earlier one, by which step. */
export interface PreparedChain {
  /** -1 for the raw value, which is chain 0 and the only one without a step. */
  readonly parent: number;
  readonly step: Transformation | null;
  /** Id of the literals without which the whole chain changes nothing but case; `NEVER` or `ALWAYS` where no literal tells. */
  readonly trigger: number;
}

/** The chain changes nothing but case. */
export const NEVER = -1;
/** The chain may change any text. */
export const ALWAYS = -2;

/** All that can be worked out about a ruleset before a request comes, as plain data. */
export interface Preparation {
  readonly format: number;
  /** The links of each rule, in the ruleset's order. */
  readonly rules: readonly (readonly PreparedLink[])[];
  /** By pattern: the branches of the regular expressions that select members by name. */
  readonly selectors: Readonly<Record<string, readonly PreparedBranch[]>>;
  readonly chains: readonly PreparedChain[];
  /** By id: texts, lower-case bytes, any of which will do. */
  readonly literals: readonly AnyOf[];
}

/** A rule's links: itself, then the links of its chain. */
export function linksOf(rule: Rule): readonly Link[] {
  return rule.chain === undefined ? [rule] : [rule, ...rule.chain];
}

/** A ruleset with its preparation: what a release's body holds. Only the registry's door makes one. */
export interface PreparedRuleset extends Ruleset {
  readonly prepared: Preparation;
}

/** A release's body as data, split into what people wrote and the preparation, which people neither write nor want to see. */
export function splitPreparation(data: unknown): { readonly source: unknown; readonly prepared: unknown } {
  if (!isRecord(data) || Array.isArray(data)) return { source: data, prepared: undefined };
  const { prepared, ...source } = data;
  return { source, prepared };
}

/**
 * Reads a release's body as an isolate does: shapes and the range of every index, which is all that keeps the evaluation from
 * failing. That it says the truth about the rules follows from the body's hash, which the registry vouches for.
 */
export function parsePreparedRuleset(data: unknown): Parsed<PreparedRuleset> {
  const { source, prepared } = splitPreparation(data);
  const parsed = parseRuleset(source);
  if (!parsed.ok) return parsed;
  if (!isPreparation(prepared, parsed.value)) {
    return {
      ok: false,
      problems: [{ path: 'prepared', message: 'is not a preparation of these rules for this version' }],
    };
  }
  return { ok: true, value: { ...parsed.value, prepared } };
}

/** By hand and not by schema: a ruleset of some MB has tens of thousands of these, and an isolate waits for them. */
function isPreparation(data: unknown, { rules }: Ruleset): data is Preparation {
  if (!isRecord(data) || data['format'] !== PREPARATION_FORMAT) return false;
  const { rules: prepared, selectors, chains, literals } = data;
  if (!Array.isArray(prepared) || !Array.isArray(chains) || !Array.isArray(literals)) return false;
  const isId = (id: unknown) => isIndex(id, literals.length);
  const isOperator = (branches: unknown, name: Operator['name']) =>
    Array.isArray(branches) && branches.length > 0 && branches.every((branch) => isBranch(branch, name, isId));
  return (
    prepared.length === rules.length &&
    literals.every((texts) => Array.isArray(texts) && texts.every((text) => typeof text === 'string')) &&
    chains.every((chain, index) => isChain(chain, index, isId)) &&
    isRecord(selectors) &&
    Object.values(selectors).every((branches) => isOperator(branches, 'rx')) &&
    prepared.every((links, index) => {
      const expected = linksOf(rules[index]!);
      return (
        Array.isArray(links) &&
        links.length === expected.length &&
        links.every(
          (link, at) =>
            isRecord(link) &&
            isIndex(link['chain'], chains.length) &&
            isOperator(link['branches'], expected[at]!.operator.name),
        )
      );
    })
  );
}

function isChain(chain: unknown, index: number, isId: (id: unknown) => boolean): boolean {
  if (!isRecord(chain)) return false;
  const { parent, step, trigger } = chain;
  if (trigger !== NEVER && trigger !== ALWAYS && !isId(trigger)) return false;
  if (index === 0) return parent === -1 && step === null;
  return isIndex(parent, index) && (TRANSFORMATIONS as readonly unknown[]).includes(step);
}

function isBranch(branch: unknown, operator: Operator['name'], isId: (id: unknown) => boolean): boolean {
  if (!isRecord(branch)) return false;
  const { needs, pattern, engine, words } = branch;
  if (!Array.isArray(needs) || !needs.every(isId)) return false;
  if (operator === 'pm') return isId(words);
  if (operator !== 'rx') return true;
  return typeof pattern === 'string' && (engine === 'v8' || engine === 'dfa' || engine === 'memory');
}

function isRecord(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null;
}

function isIndex(index: unknown, end: number): boolean {
  return typeof index === 'number' && Number.isInteger(index) && index >= 0 && index < end;
}
