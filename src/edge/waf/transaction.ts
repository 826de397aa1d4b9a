import type { Collection } from '../../../rules/schema.ts';
import type { RuleMatch, WafResult } from '../verdict.ts';
import { recollectBody } from './body/recollect-body.ts';
import type { CompiledRuleset } from './compile.ts';
import type { CompiledControl, CompiledLink, CompiledRule } from './compile-rule.ts';
import { describeMatch, type MatchPlace } from './describe-match.ts';
import type { EvaluationOptions } from './evaluation-options.ts';
import { namesOf } from './location.ts';
import { findIn, type OperatorBranch } from './operators/operator.ts';
import type { Candidates } from './prefilter/candidates.ts';
import { BODY_VARIABLES, HEAD_VARIABLES } from './prefilter/gated-rules.ts';
import type { RequestView } from './request-view.ts';
import { viewResponse, type ResponseParts } from './response-view.ts';
import type { ChainTexts } from './transformation-chains.ts';
import { covers, type CompiledTarget } from './variables/compile-target.ts';
import { assign } from './variables/assign.ts';
import type { CompiledMacro, MacroSource } from './variables/expand.ts';
import type { Selected } from './variables/select-values.ts';
import { TxVariables, type TxValue } from './variables/tx-variables.ts';
import { Variables } from './variables/variables.ts';
import { WorkBudget } from './work-budget.ts';

/** Times that a text is read to tell where in it, and in the raw value, a rule matched. */
const DESCRIPTION_LOOKS = 4;

/** CRS knows no higher level. */
const MOST_PARANOIA = 4;

const NOTHING: WafResult = { matches: [], score: 0, blocking: false };

type TargetRemoval = Extract<CompiledControl, { name: 'removeTarget' }>;

/**
 * One request held against one ruleset, phase by phase, with what rules remember of it between them: TX variables, what matched,
 * what controls took out. Judging is synchronous, so the ruleset's scratch memory serves one at a time; a transaction itself
 * may wait for its answer.
 */
export class Transaction implements MacroSource {
  readonly #compiled: CompiledRuleset;
  readonly #view: RequestView;
  readonly #options: EvaluationOptions;
  readonly #variables: Variables;
  #mode: 'on' | 'detect' | 'off';
  readonly #paranoia: number;
  #removed: Uint8Array | null = null;
  #removals: TargetRemoval[] | null = null;

  readonly #held: number[] = [];
  #place: MatchPlace | null = null;
  #placeCount = 0;

  #matches: RuleMatch[] = [];
  #score = 0;
  #blocking = false;
  readonly #budget = new WorkBudget();
  #gaveUp = false;

  constructor(compiled: CompiledRuleset, view: RequestView, options: EvaluationOptions = {}) {
    this.#compiled = compiled;
    this.#view = view;
    this.#options = options;
    this.#variables = new Variables(view, new TxVariables(compiled.names, compiled.variables));
    this.#mode = options.mode ?? 'on';
    this.#paranoia = options.paranoia ?? MOST_PARANOIA;
  }

  /** What the phases so far have found. */
  get result(): WafResult {
    if (this.#matches.length === 0 && !this.#gaveUp) return NOTHING;
    const found = { matches: this.#matches, score: this.#score, blocking: this.#blocking };
    return this.#gaveUp ? { ...found, incomplete: true } : found;
  }

  giveUp(): void {
    this.#gaveUp = true;
  }

  #isSpent(): boolean {
    if (this.#budget.isSpent) this.#gaveUp = true;
    return this.#budget.isSpent;
  }

  /** A TX variable as it stands, by lower-case name (`blocking_inbound_anomaly_score`). */
  readTx(name: string): TxValue | undefined {
    return this.#variables.tx.getNamed(name);
  }

  /** Phases 1 and 2. A rule of phase 1 that blocks spares phase 2: that is what CRS calls early blocking. */
  request(): void {
    if (this.#mode === 'off') return;
    const variables = this.#variables;
    const { headValues } = this.#view;
    this.#compiled.prefilter.clear(this.#budget);
    this.#look(headValues);
    this.#lookAtVariables(HEAD_VARIABLES);
    this.#runPhase(1);
    if (this.#blocking || this.#isOff()) return;
    this.#recollect();
    this.#look(variables.values.length);
    this.#lookAtVariables(BODY_VARIABLES);
    this.#runPhase(2);
  }

  /** Phases 3 and, where the body is looked at, 4. */
  respond(response: ResponseParts): void {
    if (this.#mode === 'off') return;
    const variables = this.#variables;
    this.#compiled.prefilter.clear(this.#budget);
    variables.visible = variables.values.length;
    variables.values = [...variables.values, ...viewResponse(response)];
    this.#look(variables.values.length - (response.body === null ? 0 : 1));
    this.#runPhase(3);
    if (response.body === null) return;
    this.#look(variables.values.length);
    this.#runPhase(4);
  }

  /** Phase 5: what rules have to say when all is over. Nothing blocks any more. */
  finish(): void {
    if (this.#mode === 'off') return;
    this.#mode = 'detect';
    this.#runPhase(5);
  }

  read(macro: CompiledMacro): TxValue | undefined {
    return this.#variables.read(macro);
  }

  /** Looks for candidates in the values up to `end` that have not been seen, and shows them to rules. */
  #look(end: number): void {
    const { prefilter } = this.#compiled;
    const { values, visible } = this.#variables;
    this.#variables.visible = end;
    for (let at = visible; at < end; at++) {
      const { collection, name, value } = values[at]!;
      // What was revealed came as another value.
      if (collection !== 'REVEALED') this.#budget.grant(name.length + value.length);
      if (this.#isSpent()) return;
      prefilter.look(collection, name, value);
      const names = namesOf(collection);
      if (names !== undefined) prefilter.look(names, name, name);
    }
  }

  #lookAtVariables(collections: readonly Collection[]): void {
    const { prefilter } = this.#compiled;
    for (const collection of collections) {
      if (!prefilter.watches(collection)) continue;
      const value = this.#variables.derive(collection);
      if (value !== undefined && !this.#isSpent()) prefilter.look(collection, '', value);
    }
  }

  /** `ctl:requestBodyProcessor` has the body taken apart otherwise than its type says. */
  #recollect(): void {
    const { body, headValues, values, processor } = this.#view;
    const variables = this.#variables;
    if (body === null || variables.processor === processor) return;
    variables.values = [...values.slice(0, headValues), ...recollectBody(this.#view, variables.processor)];
  }

  #isOff(): boolean {
    return this.#mode === 'off';
  }

  #runPhase(phase: number): void {
    const { candidates } = this.#compiled.prefilter;
    let skipTo = -1;
    for (const { rule, gated } of this.#compiled.phases[phase]!) {
      const { index } = rule;
      // What rules added up so far still counts: rules about that run to the end.
      if (gated && (candidates.first(index) === 0 || this.#isSpent())) continue;
      if (index < skipTo || rule.paranoia > this.#paranoia || this.#removed?.[index] === 1) continue;
      if (!this.#runRule(rule, gated)) continue;
      if (rule.skipTo >= 0) skipTo = rule.skipTo;
      if (this.#mode === 'off') return;
    }
  }

  #runRule(rule: CompiledRule, gated: boolean): boolean {
    const detects = this.#mode === 'detect' || this.#options.detectionOnly?.has(rule.index) === true;
    const undo = detects && this.#mode === 'on' ? this.#variables.tx.save() : null;
    this.#variables.matched.length = 0;
    this.#place = null;
    const matched =
      (gated ? this.#runCandidates(rule) : this.#runLink(rule, rule.head)) &&
      rule.chain.every((link) => this.#runLink(rule, link));
    if (matched) {
      if (rule.told && this.#place !== null) this.#tell(rule, this.#place, detects);
      for (const control of rule.controls) this.#control(control);
    }
    undo?.();
    return matched;
  }

  #tell({ index }: CompiledRule, place: MatchPlace, detects: boolean): void {
    const rule = this.#compiled.rules[index]!;
    // Finding out where takes a few more looks at the text.
    this.#budget.spend(DESCRIPTION_LOOKS * place.text.length);
    const match = describeMatch(rule, place, this.#placeCount, this);
    this.#matches.push(detects ? { ...match, mode: 'detect' } : match);
    if (detects) return;
    this.#score += rule.score;
    if (rule.action === 'block') this.#blocking = true;
  }

  /**
   * The head of a gated rule: the values that the prefilter found. Most do not match, so all are tried before those that do are
   * put into the order of the rule's targets, for what follows from them follows in that order.
   */
  #runCandidates(rule: CompiledRule): boolean {
    const { chains, prefilter } = this.#compiled;
    const { candidates } = prefilter;
    const { head } = rule;
    const held = this.#held;
    held.length = 0;
    for (let entry = candidates.first(rule.index); entry !== 0;) {
      const first = entry;
      const value = candidates.value(entry);
      const { value: raw, texts } = candidates.values[value]!;
      let holds = head.stages !== null && this.#holdsAtAnyStage(head, head.stages, raw, texts);
      const text = head.stages === null ? chains.read(head.chain, raw, texts) : '';
      for (; entry !== 0 && candidates.value(entry) === value; entry = candidates.next(entry)) {
        if (holds || head.stages !== null) continue;
        const branch = head.branches[candidates.branch(entry)]!;
        this.#budget.spend(text.length);
        holds = branch.isLiteral === true || branch.test(text, this);
      }
      if (head.stages === null ? holds !== head.negate : holds) held.push(first);
    }
    return held.length > 0 && this.#applyHeld(rule, held);
  }

  #holdsAtAnyStage(link: CompiledLink, stages: readonly number[], raw: string, texts: ChainTexts | null): boolean {
    let before: string | undefined;
    for (const stage of stages) {
      const text = this.#compiled.chains.read(stage, raw, texts);
      if (text !== before && this.#holds(link, text)) return true;
      before = text;
    }
    return false;
  }

  /** `held`: the first entries of the values that hold, to be taken in the order of the rule's targets. */
  #applyHeld(rule: CompiledRule, held: readonly number[]): boolean {
    const { candidates } = this.#compiled.prefilter;
    const { head } = rule;
    const targets = held.map((entry) => firstCovering(head, candidates.values[candidates.value(entry)]!));
    let matched = false;
    for (const [index, target] of head.targets.entries()) {
      for (const [at, entry] of held.entries()) {
        if (targets[at] === index && this.#applyOne(rule, target, entry)) matched = true;
      }
    }
    return matched;
  }

  #applyOne(rule: CompiledRule, target: CompiledTarget, entry: number): boolean {
    const { chains, prefilter } = this.#compiled;
    const { candidates } = prefilter;
    const { head } = rule;
    const selected = candidates.values[candidates.value(entry)]!;
    if (this.#isExcluded(head, selected) || this.#isRemoved(rule, selected)) return false;
    const { value, texts } = selected;
    if (head.stages !== null) return this.#examine(rule, head, target, selected, texts ?? []);
    const text = chains.read(head.chain, value, texts);
    const branches = pickBranches(head.branches, candidates, entry);
    return this.#follow(rule, { link: head, target, selected, text, steps: head.transformations.length, branches });
  }

  /** Any other link: every value that its targets select. */
  #runLink(rule: CompiledRule, link: CompiledLink): boolean {
    if (link.targets.length === 0) {
      return this.#examine(rule, link, NO_TARGET, NO_VALUE, []);
    }
    let matched = false;
    for (const target of link.targets) {
      const selected = this.#variables.select(target);
      if (target.count) {
        const count = selected.filter((one) => !this.#isExcluded(link, one)).length;
        const value = { collection: target.collection, name: target.selector ?? '', value: String(count) };
        if (this.#examine(rule, link, target, value, [])) matched = true;
        continue;
      }
      for (const one of selected) {
        if (this.#isExcluded(link, one)) continue;
        if (this.#examine(rule, link, target, one, [])) matched = true;
      }
    }
    return matched;
  }

  #isExcluded({ exclusions }: CompiledLink, { collection, name }: Selected): boolean {
    for (const exclusion of exclusions) if (covers(exclusion, collection, name)) return true;
    return false;
  }

  /** Holds one value against a link; what follows from a match at once is done. */
  #examine(
    rule: CompiledRule,
    link: CompiledLink,
    target: CompiledTarget,
    selected: Selected,
    texts: ChainTexts,
  ): boolean {
    if (this.#isRemoved(rule, selected)) return false;
    const { chains } = this.#compiled;
    const { value } = selected;
    const { branches } = link;
    if (link.stages === null) {
      const text = chains.transform(link.chain, value, texts);
      if (!this.#holds(link, text)) return false;
      return this.#follow(rule, { link, target, selected, text, steps: link.transformations.length, branches });
    }
    let matched = false;
    let before: string | undefined;
    for (const [steps, stage] of link.stages.entries()) {
      const text = chains.transform(stage, value, texts);
      if (text === before) continue;
      before = text;
      if (!this.#holds(link, text)) continue;
      if (this.#follow(rule, { link, target, selected, text, steps, branches })) matched = true;
    }
    return matched;
  }

  #holds({ branches, negate }: CompiledLink, text: string): boolean {
    for (const branch of branches) {
      this.#budget.spend(text.length);
      if (branch.test(text, this)) return !negate;
    }
    return negate;
  }

  /** What follows from a match at once; nothing, and false, where an exclusion keeps it away. */
  #follow(rule: CompiledRule, place: MatchPlace): boolean {
    const { link, selected, text } = place;
    const { collection, name } = selected;
    if (this.#options.exclusions?.excludes(rule.index, collection, name) === true) return false;
    this.#notePlace(place);
    this.#variables.matched.push({ collection: place.target.collection, name, value: text });
    if (link.capture) this.#capture(place);
    for (const assignment of link.assignments) assign(assignment, this.#variables.tx, this);
    return true;
  }

  /** People want to see where in the request it was, if any link looked there. */
  #notePlace(place: MatchPlace): void {
    const isOfView = place.target.kind === 'view' && !place.target.count;
    if (this.#place === null || (isOfView && (this.#place.target.kind !== 'view' || this.#place.target.count))) {
      this.#place = place;
      this.#placeCount = 1;
    } else if (this.#place.link === place.link) {
      this.#placeCount++;
    }
  }

  #capture({ link, text, branches }: MatchPlace): void {
    if (link.negate) return;
    const found = findIn(branches, text, this);
    if (found !== null) this.#variables.tx.capture(found.groups ?? [text.slice(found.start, found.end)]);
  }

  #isRemoved({ index }: CompiledRule, { collection, name }: Selected): boolean {
    if (this.#removals === null) return false;
    return this.#removals.some(({ rules, target }) => rules.has(index) && covers(target, collection, name));
  }

  #control(control: CompiledControl): void {
    switch (control.name) {
      case 'removeRules':
        this.#removed ??= new Uint8Array(this.#compiled.rules.length);
        for (const index of control.rules) this.#removed[index] = 1;
        return;
      case 'removeTarget':
        (this.#removals ??= []).push(control);
        return;
      case 'ruleEngine':
        // A ruleset that only detects does not begin to block by itself.
        if (control.mode !== 'on' || this.#options.mode !== 'detect') this.#mode = control.mode;
        return;
      case 'forceRequestBodyVariable':
        this.#variables.forced = true;
        return;
      case 'requestBodyProcessor':
        this.#variables.processor = control.processor;
    }
  }
}

function firstCovering({ targets }: CompiledLink, { collection, name }: Selected): number {
  return targets.findIndex((target) => covers(target, collection, name));
}

/** The branches that the entries of a value name, in their own order: of two that match at the same place the first counts. */
function pickBranches(
  branches: readonly OperatorBranch[],
  candidates: Candidates,
  first: number,
): readonly OperatorBranch[] {
  if (branches.length === 1) return branches;
  const value = candidates.value(first);
  const open: number[] = [];
  for (let entry = first; entry !== 0 && candidates.value(entry) === value; entry = candidates.next(entry)) {
    open.push(candidates.branch(entry));
  }
  return open.sort((a, b) => a - b).map((branch) => branches[branch]!);
}

const NO_VALUE: Selected = { collection: 'TX', name: '', value: '' };
const NO_TARGET: CompiledTarget = {
  collection: 'TX',
  kind: 'tx',
  members: [],
  selector: null,
  pattern: null,
  slot: -1,
  count: false,
};
