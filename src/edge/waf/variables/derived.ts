import type { Collection } from '../../../../rules/schema.ts';
import type { RequestView } from '../request-view.ts';
import type { Selected } from './select-values.ts';

/** What a transaction knows by now. */
export interface DerivingState {
  readonly values: readonly Selected[];
  /** How many of them rules can see: in phase 1 those of the head. */
  readonly visible: number;
  /** `ctl:forceRequestBodyVariable`. */
  readonly forced: boolean;
  /** `ctl:requestBodyProcessor`, or what the content type chose. */
  readonly processor: string;
}

type Derivation = (view: RequestView, state: DerivingState) => string | undefined;

/**
 * A variable of the request that is worked out only when a rule asks. Undefined where the request has none, or where `collection`
 * is of another kind.
 */
export function deriveVariable(collection: Collection, view: RequestView, state: DerivingState): string | undefined {
  return DERIVATIONS[collection]?.(view, state);
}

const DERIVATIONS: Readonly<Partial<Record<Collection, Derivation>>> = {
  REQUEST_BODY: ({ body }, state) => (showsBody(state) ? body?.text : undefined),
  REQUEST_BODY_LENGTH: ({ body }) => String(body?.text.length ?? 0),
  REQUEST_URI_RAW: ({ target }) => target,
  REQUEST_LINE: ({ method, target, protocol }) => `${method} ${target} ${protocol}`,
  REQUEST_PROTOCOL: ({ protocol }) => protocol,
  REQUEST_BASENAME: ({ filename }) =>
    filename.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1),
  REQBODY_PROCESSOR: (_, { processor }) => processor,
  REQBODY_ERROR: ({ body }) => toFlag(body?.flaws.error),
  MULTIPART_STRICT_ERROR: ({ body }) => toFlag(body?.flaws.multipart),
  MULTIPART_UNMATCHED_BOUNDARY: ({ body }) => toFlag(body?.flaws.unmatchedBoundary),
  ARGS_COMBINED_SIZE: (_, state) => String(sumSizes(state, ['ARGS_GET', 'ARGS_POST'], true)),
  FILES_COMBINED_SIZE: (_, state) => String(sumSizes(state, ['FILES_TMP_CONTENT'], false)),
  REMOTE_ADDR: ({ remoteAddress }) => remoteAddress,
  SERVER_NAME: ({ host }) => host.replace(/:\d*$/, ''),
  UNIQUE_ID: ({ uniqueId }) => uniqueId,
  // Rules run before there is an answer to wait for.
  DURATION: () => '0',
};

/** A JSON, XML or multipart body is seen through its arguments; a form is seen both ways, as in ModSecurity. */
function showsBody({ forced, processor }: DerivingState): boolean {
  return forced || processor === '' || processor === 'URLENCODED';
}

function toFlag(flaw: boolean | undefined): string {
  return flaw === true ? '1' : '0';
}

function sumSizes({ values, visible }: DerivingState, collections: readonly Collection[], withNames: boolean): number {
  let sum = 0;
  for (let at = 0; at < visible; at++) {
    const { collection, name, value } = values[at]!;
    if (collections.includes(collection)) sum += value.length + (withNames ? name.length : 0);
  }
  return sum;
}
