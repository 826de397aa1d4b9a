import * as v from 'valibot';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { fail, type Failure } from './outcome.ts';

/** An answer that is no success, or none of a shield. */
export interface Refusal {
  readonly status: number;
  readonly location: string | null;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** RFC 9457, as the control plane writes it; a cycle that failed says `message` instead. */
const Told = v.object({
  type: v.optional(v.string(), ''),
  title: v.optional(v.string()),
  detail: v.optional(v.string()),
  message: v.optional(v.string()),
  request_id: v.optional(v.string()),
  problems: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
});

const HELP: Readonly<Record<string, string>> = {
  unauthorized: 'Set EDGESHIELD_ADMIN_KEY to a key of this shield.',
  'wrong-key': 'Is EDGESHIELD_ADMIN_KEY the key of this very shield? For a local one it is in .dev.vars.',
  'key-ended': 'Whoever may administer keys makes another: edgeshield keys create NAME --scope ...',
  'insufficient-scope': 'Use a key with this scope, or the bootstrap key: edgeshield keys create NAME --scope ...',
  'actor-unavailable': 'Try again in a moment.',
  'plan-changed': 'See what it is now: edgeshield enforce plan',
  'locked-out': 'Wrong keys were shown from here. Wait, then show the right one once.',
  invalid: 'Nothing was changed. Add --help for examples of what is taken.',
  'admin-key-unset':
    'Give the shield one: npx wrangler secret put ADMIN_API_KEY; a local one gets its key from npm start.',
  internal: 'The log has the cause under the request id: npx wrangler tail',
  unavailable: 'Try again in a moment.',
  'keys-unavailable': 'Try again in a moment, or use the bootstrap key.',
};

/** The shield's own words on what went wrong, with what to do. */
export function readProblem(refusal: Refusal): Failure {
  const { status, location, retryAfter } = refusal;
  if (status >= 300 && status < 400) {
    const help = location === null ? undefined : `Is the shield at ${location}? Then name that with --url.`;
    return fail(EXIT.failed, 'redirect', `The shield's address answers with a redirect (${status})`, help);
  }
  const told = parseTold(refusal.text);
  if (told === null) {
    const help = 'Is --url the address of a shield, and its control plane on that host (CONTROL_HOST)?';
    return fail(EXIT.failed, 'no-shield', `What answers is no control plane of EdgeShield (HTTP ${status})`, help);
  }
  const kind = told.type.replace(/^\/problems\//, '') || `http-${status}`;
  const title = told.title ?? told.message ?? `HTTP ${status}`;
  // What is wrong is told problem by problem; that nothing was changed goes without saying here.
  const detail = told.problems === undefined ? describeDetail(told.detail ?? '') : '';
  const wait = retryAfter !== null && status === 429 ? `In ${retryAfter} s it is looked at again.` : undefined;
  return {
    ...fail(exitCodeOf(status, kind), kind, `${title}${detail}`, wait ?? HELP[kind]),
    ...(told.problems !== undefined && { problems: told.problems }),
    ...(told.request_id !== undefined && { requestId: told.request_id }),
  };
}

/** A sentence of its own, or what the title is about. */
function describeDetail(detail: string): string {
  if (detail === '') return '';
  return detail.endsWith('.') ? `. ${detail}` : `: ${detail}`;
}

function exitCodeOf(status: number, kind: string): ExitCode {
  if (status === 401 || status === 403 || kind === 'locked-out') return EXIT.unauthorised;
  if (status === 404) return EXIT.notFound;
  return status === 503 || status === 504 ? EXIT.unreachable : EXIT.failed;
}

function parseTold(text: string): v.InferOutput<typeof Told> | null {
  try {
    const parsed = v.safeParse(Told, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
