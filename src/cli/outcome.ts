import type { Problem } from '../parse.ts';
import type { ExitCode } from './exit-codes.ts';

/** Why a command could not do its work, so that its caller can mend it. */
export interface Failure {
  readonly ok: false;
  readonly code: ExitCode;
  /** Short name of the kind, as the control plane's problems have it: `wrong-key`. */
  readonly kind: string;
  readonly message: string;
  /** What to do about it. */
  readonly help?: string;
  readonly problems?: readonly Problem[];
  /** The control plane's, to find the cause in the log. */
  readonly requestId?: string;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | Failure;

/** What a command has to say, twice: for programs and for people. */
export interface Report {
  readonly ok: true;
  /** What `--json` prints. */
  readonly data: unknown;
  /** What people are shown on stdout; empty prints nothing. */
  readonly text: string;
  /** Said beside it on stderr, where a pipe does not see it. */
  readonly aside?: string;
  /** It has spoken line by line: nothing is left to print. */
  readonly silent?: true;
  /** Absent: 0. */
  readonly code?: ExitCode;
}

export type Outcome = Report | Failure;

export function fail(code: ExitCode, kind: string, message: string, help?: string): Failure {
  return { ok: false, code, kind, message, ...(help !== undefined && { help }) };
}
