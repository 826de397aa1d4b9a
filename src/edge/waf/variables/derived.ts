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

/**
 * A variable of the request that is worked out only when a rule asks. Undefined where the request has none, or where `collection`
 * is of another kind.
 */
export function deriveVariable(collection: Collection, view: RequestView, state: DerivingState): string | undefined {
  switch (collection) {
    case 'REQUEST_BODY':
      return view.body === null || !showsBody(state) ? undefined : view.body.text;
    case 'REQUEST_BODY_LENGTH':
      return String(view.body?.text.length ?? 0);
    case 'REQUEST_URI_RAW':
      return view.target;
    case 'REQUEST_LINE':
      return `${view.method} ${view.target} ${view.protocol}`;
    case 'REQUEST_PROTOCOL':
      return view.protocol;
    case 'REQUEST_BASENAME':
      return view.path.slice(Math.max(view.path.lastIndexOf('/'), view.path.lastIndexOf('\\')) + 1);
    case 'REQBODY_PROCESSOR':
      return state.processor;
    case 'REQBODY_ERROR':
      return toFlag(view.body?.flaws.error);
    case 'MULTIPART_STRICT_ERROR':
      return toFlag(view.body?.flaws.multipart);
    case 'MULTIPART_UNMATCHED_BOUNDARY':
      return toFlag(view.body?.flaws.unmatchedBoundary);
    case 'ARGS_COMBINED_SIZE':
      return String(sumSizes(state, ['ARGS_GET', 'ARGS_POST'], true));
    case 'FILES_COMBINED_SIZE':
      return String(sumSizes(state, ['FILES_TMP_CONTENT'], false));
    case 'REMOTE_ADDR':
      return view.remoteAddress;
    case 'SERVER_NAME':
      return view.host.replace(/:\d*$/, '');
    case 'UNIQUE_ID':
      return view.uniqueId;
    case 'DURATION':
      // Rules run before there is an answer to wait for.
      return '0';
    default:
      return undefined;
  }
}

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
