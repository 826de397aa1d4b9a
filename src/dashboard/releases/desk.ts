import { BUNDLED_RULESETS } from '../../edge/ruleset-names.ts';
import type { Problem } from '../../parse.ts';
import type { JsonSchema } from '../json-editor/schema-walk.ts';

/** A kind of release that is edited, tried, published and taken back in one and the same way. */
export interface Desk {
  /** Names it to people. */
  readonly title: string;
  readonly kind: 'ruleset' | 'policy' | 'model';
  /** Of a ruleset: the name it is in force under. */
  readonly ruleset?: string;
  /** Where its data is shown, and under which key. */
  readonly show: string;
  readonly key: string;
  readonly reload: string;
  /** Whether the shield has one of its own, in force until something is published and again once that is taken back. */
  readonly builtIn: boolean;
  /** The schema and the door's check travel with the editor alone: they are not needed to look. */
  readonly door: () => Promise<Door>;
}

export interface Door {
  readonly schema: JsonSchema;
  readonly check: (data: unknown) => readonly Problem[];
}

/** One of a kind among all desks. */
export function deskName({ kind, ruleset = '' }: Desk): string {
  return `${kind}/${ruleset}`;
}

export function rulesetDesk(name: string): Desk {
  return {
    title: name,
    kind: 'ruleset',
    ruleset: name,
    show: `/admin/rules/${encodeURIComponent(name)}`,
    key: 'ruleset',
    reload: '/admin/rules/reload',
    builtIn: BUNDLED_RULESETS.includes(name),
    door: async () => (await import('../json-editor/doors.ts')).rulesetDoor,
  };
}

export const POLICY_DESK: Desk = {
  title: 'policy',
  kind: 'policy',
  show: '/admin/policy',
  key: 'policy',
  reload: '/admin/policy/reload',
  builtIn: true,
  door: async () => (await import('../json-editor/doors.ts')).policyDoor,
};

export const MODEL_DESK: Desk = {
  title: 'model',
  kind: 'model',
  show: '/admin/model',
  key: 'model',
  reload: '/admin/model/reload',
  builtIn: true,
  door: async () => (await import('../json-editor/doors.ts')).modelDoor,
};
