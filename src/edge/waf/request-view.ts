import type { Collection } from '../../../rules/schema.ts';

/** A request as it came, with the part of its body that is inspected. */
export interface RequestParts {
  readonly method: string;
  /** Absolute URL as received. */
  readonly url: string;
  /** Lower-case names; duplicates joined by `, ` as the platform does. */
  readonly headers: Iterable<readonly [string, string]>;
  /** The first bytes of the body, or null when there is none. */
  readonly body: Uint8Array | null;
  /** True when the body goes on after `body`. */
  readonly bodyTruncated: boolean;
}

/** One inspected value. Strings are byte strings: each character is one byte, 0 to 255, as CRS expects. */
export interface ViewValue {
  readonly collection: Collection;
  /** Member name: `q` in `ARGS_GET:q`; empty for single-valued collections. */
  readonly name: string;
  readonly value: string;
}

export interface RequestView {
  readonly method: string;
  readonly host: string;
  /** Path as on the wire, percent-encoding kept. */
  readonly path: string;
  /** Query as on the wire, without `?`. */
  readonly query: string;
  /** Header by lower-case name, or undefined. */
  header(name: string): string | undefined;
  readonly values: readonly ViewValue[];
  /** Limits that cut the view short: `arguments`, `json_depth`, `body_bytes`, ... */
  readonly truncated: readonly string[];
}
