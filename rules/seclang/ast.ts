/** SecLang as it is written: what the parser reads and the importer translates. Texts are byte strings, one character a byte. */

/** Where something stands, for whoever has to mend it. */
export interface Place {
  /** As the file was named to the parser. */
  readonly file: string;
  /** From 1; of a directive on several lines the first. */
  readonly line: number;
}

/** One entry of a rule's list of variables: `REQUEST_HEADERS:User-Agent`, `!ARGS:/^json/`, `&TX:x`. */
export interface SecVariable {
  /** Upper-case. */
  readonly name: string;
  /** The member, without the slashes of a regular expression; null for all members. */
  readonly selector: string | null;
  /** The selector is a regular expression. */
  readonly isPattern: boolean;
  /** `!`: takes the member out. */
  readonly exclude: boolean;
  /** `&`: the number of members. */
  readonly count: boolean;
}

export interface SecOperator {
  /** As written, without `@`; `rx` when the rule names none. */
  readonly name: string;
  readonly negate: boolean;
  readonly argument: string;
}

export interface SecAction {
  /** Lower-case. */
  readonly name: string;
  /** Without its quotes; null when there is none. */
  readonly argument: string | null;
}

/** `SecRule`, or `SecAction`, which has neither variables nor an operator. */
export interface SecRule {
  readonly kind: 'rule';
  readonly place: Place;
  readonly variables: readonly SecVariable[];
  readonly operator: SecOperator | null;
  readonly actions: readonly SecAction[];
}

/** Which rules a directive or a `ctl` speaks of. */
export type SecSelection =
  /** Inclusive ranges; one id is a range of itself. */
  | { readonly by: 'id'; readonly ranges: readonly (readonly [number, number])[] }
  /** A regular expression, searched in each tag or in the message. */
  | { readonly by: 'tag' | 'msg'; readonly pattern: string };

export type SecDirective =
  | SecRule
  | { readonly kind: 'marker'; readonly place: Place; readonly name: string }
  | { readonly kind: 'defaultAction'; readonly place: Place; readonly actions: readonly SecAction[] }
  | {
      readonly kind: 'updateTarget';
      readonly place: Place;
      readonly selection: SecSelection;
      readonly variables: readonly SecVariable[];
      /** The variables that the new ones stand in for; null adds. */
      readonly replaced: readonly SecVariable[] | null;
    }
  | {
      readonly kind: 'updateAction';
      readonly place: Place;
      readonly selection: SecSelection;
      readonly actions: readonly SecAction[];
    }
  | { readonly kind: 'remove'; readonly place: Place; readonly selection: SecSelection }
  | { readonly kind: 'signature'; readonly place: Place; readonly text: string }
  | { readonly kind: 'include'; readonly place: Place; readonly path: string; readonly optional: boolean }
  /** Any other directive: of the engine, the server or unknown. */
  | { readonly kind: 'setting'; readonly place: Place; readonly name: string; readonly arguments: readonly string[] };

/** Something that could not be read. */
export interface SecProblem {
  readonly place: Place;
  readonly message: string;
}

export interface SecFile {
  readonly directives: readonly SecDirective[];
  readonly problems: readonly SecProblem[];
}
