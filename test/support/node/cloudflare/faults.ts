import type { Course } from './operations.ts';

export type FaultKind =
  /** Answered with that status, nothing done. */
  | '500'
  | '503'
  | '429'
  | '401'
  /** 502 with a page of HTML, as a proxy on the way gives. */
  | 'html'
  /** Never answered, nothing done. */
  | 'timeout'
  /** The socket is closed before anything is done. */
  | 'drop-request'
  /** Done, then the socket is closed: the caller cannot know. */
  | 'drop-reply'
  /** The bulk operation that this request starts applies half of its items and fails. */
  | 'half-operation'
  /** The bulk operation stays pending until `releaseOperations()`. */
  | 'stuck-operation';

export interface FaultSpec {
  readonly kind: FaultKind;
  /** Absent: every request. `path` is tried on what follows `/client/v4`, with its query. */
  readonly match?: { readonly method?: string; readonly path?: RegExp };
  /** How often; 1 by default, `Infinity` until cleared. */
  readonly times?: number;
  /** So many matching requests pass before. */
  readonly skip?: number;
  /** Seconds, for 429 and 503. */
  readonly retryAfter?: number;
}

export interface Fault {
  readonly spec: FaultSpec;
  /** How often it struck. */
  readonly struck: number;
  clear(): void;
}

/** Faults that wait for their request; the oldest strikes first. */
export class Faults {
  readonly #waiting = new Set<ArmedFault>();

  add(spec: FaultSpec): Fault {
    const fault = new ArmedFault(spec, () => this.#waiting.delete(fault));
    this.#waiting.add(fault);
    return fault;
  }

  clear(): void {
    this.#waiting.clear();
  }

  strike(method: string, path: string): FaultSpec | null {
    for (const fault of this.#waiting) if (fault.strikes(method, path)) return fault.spec;
    return null;
  }
}

class ArmedFault implements Fault {
  readonly spec: FaultSpec;
  readonly clear: () => void;
  #skipped = 0;
  #struck = 0;

  constructor(spec: FaultSpec, clear: () => void) {
    this.spec = spec;
    this.clear = clear;
  }

  get struck(): number {
    return this.#struck;
  }

  strikes(method: string, path: string): boolean {
    const { match = {}, skip = 0, times = 1 } = this.spec;
    if (match.method !== undefined && match.method !== method) return false;
    // `search` ignores a global expression's memory of its last match.
    if (match.path !== undefined && path.search(match.path) < 0) return false;
    if (this.#skipped < skip) {
      this.#skipped += 1;
      return false;
    }
    this.#struck += 1;
    if (this.#struck >= times) this.clear();
    return true;
  }
}

export function courseOf(kind: FaultKind | undefined): Course {
  return kind === 'half-operation' ? 'half' : kind === 'stuck-operation' ? 'stuck' : 'whole';
}
