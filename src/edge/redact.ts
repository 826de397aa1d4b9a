/**
 * Takes secrets out of what the shield remembers and broadcasts. Events live in SQLite for days and reach every dashboard,
 * so a visitor's password or token must be gone before the event is built, not when it is shown.
 */

/** What stands where a secret stood. */
export const REDACTED = '[redacted]';

/** Words that make a name a secret's name wherever they occur in it; a false hit only hides a value. */
const SECRET_WORDS =
  /pass(?:wor|phr|wd|code)|passwd|secret|token|credential|authori[sz]ation|api[-_.]?key|access[-_.]?key|private[-_.]?key|sess(?:ion|id)|signature|jwt|csrf|xsrf|card[-_.]?(?:num|no)|account[-_.]?num|security[-_.]?code/i;

/** Words too short to look for inside others (`pin` in `shopping`): they count as a whole part of the name. */
const SECRET_PARTS = new Set(
  'pass pwd pw auth sid sess otp totp pin cvv cvc ssn iban pan key sig code card nonce cookie bearer'.split(' '),
);

const NAME_LIMIT = 256;

/** True when a value under this name (argument, cookie, header, JSON path) is a secret by the sound of it. */
export function isSecretName(name: string): boolean {
  const plain = decodeLeniently(name.slice(0, NAME_LIMIT));
  if (SECRET_WORDS.test(plain)) return true;
  const parts = plain
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return parts.some((part) => SECRET_PARTS.has(part));
}

/** JSON Web Tokens, whole or cut short, lower-cased or not: `eyJ` is the base64 of `{"`. */
const JWT = /\beyj[a-z0-9_-]{6,}(?:\.[a-z0-9_-]*){0,2}/gi;
const CREDENTIALS = /\b(bearer|basic|digest|token)\s+[a-z0-9+/=_.~-]{6,}/gi;
/** 13 to 19 digits in groups (ISO/IEC 7812); the check digit tells a card from any long number. */
const CARD = /\b\d(?:[ -]?\d){12,18}\b/g;
const EMAIL = /(?<![a-z0-9._%+-])[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}/gi;
/** `name=value`, `"name":"value"`, also percent-encoded, up to four times: what a body or a query looks like from inside. Names begin where
 * a run of name characters begins, so that a long run is read once and not from each of its characters. */
const PAIR = /(?<![a-z0-9_.[\]%-])([a-z0-9_.[\]%-]{1,256})("?\s{0,4}(?:=|:|%(?:25){0,3}3[ad])\s{0,4}"?)([^&;\s"]+)/gi;

/** One kind of secret: where it may stand, and what stands there afterwards. */
interface Pass {
  readonly pattern: RegExp;
  readonly put: (whole: string, first?: string, second?: string) => string;
}

const PASSES: readonly Pass[] = [
  {
    pattern: PAIR,
    put: (whole, name = '', between = '') => (isSecretName(name) ? name + between + REDACTED : whole),
  },
  { pattern: JWT, put: () => REDACTED },
  { pattern: CREDENTIALS, put: (_, scheme = '') => `${scheme} ${REDACTED}` },
  { pattern: CARD, put: (digits) => (hasLuhnCheckDigit(digits) ? REDACTED : digits) },
  { pattern: EMAIL, put: () => '[e-mail]' },
];

/** `text` without tokens, credentials, card numbers, e-mail addresses and the values of secret names. Linear in its length. */
export function redactText(text: string): string {
  let clean = text;
  for (const { pattern, put } of PASSES) {
    clean = clean.replace(pattern, (whole: string, ...groups: unknown[]) => put(whole, ...textsOf(groups)));
  }
  return clean;
}

/** A text, and a span of it. */
export interface Marked {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The same, and where the span stands afterwards: it grows over what was put in the place of a secret that it had a part in. */
export function redactMarked(marked: Marked): Marked {
  let { text, start, end } = marked;
  for (const { pattern, put } of PASSES) {
    let grown = 0;
    const before = { start, end };
    text = text.replace(pattern, (whole: string, ...groups: unknown[]) => {
      const by = put(whole, ...textsOf(groups));
      if (by === whole) return whole;
      const at = Number(groups.find((group) => typeof group === 'number'));
      const past = at + whole.length;
      if (before.start >= past) start += by.length - whole.length;
      else if (before.start > at) start = at + grown;
      if (before.end >= past) end += by.length - whole.length;
      else if (before.end > at) end = at + grown + by.length;
      grown += by.length - whole.length;
      return by;
    });
  }
  return { text, start, end };
}

/** The groups that a replacer is called with stand before the offset. */
function textsOf(groups: readonly unknown[]): (string | undefined)[] {
  const end = groups.findIndex((group) => typeof group === 'number');
  return groups.slice(0, end).map((group) => (typeof group === 'string' ? group : undefined));
}

/** Read so much, so that a secret is not cut in half and missed; keep so much. */
const PATH_READ = 4096;
const PATH_KEPT = 512;
const PATH_NAME = 128;

/** Opaque words in a path are mostly links that let the bearer in (password reset, unsubscribe). */
const OPAQUE = /[a-z0-9_-]{32,}/gi;

function redactOpaque(word: string): string {
  return /\d/.test(word) && /[a-z]/i.test(word) ? REDACTED : word;
}

/** Path with query as events keep it. `target` is what follows the host in the URL. */
export function redactTarget(target: string): string {
  const read = target.slice(0, PATH_READ);
  const mark = read.indexOf('?');
  const path = redactText((mark < 0 ? read : read.slice(0, mark)).replace(OPAQUE, redactOpaque));
  const query =
    mark < 0
      ? ''
      : `?${read
          .slice(mark + 1)
          .split('&')
          .map(redactArgument)
          .join('&')}`;
  return cap(path + query, PATH_KEPT);
}

function redactArgument(argument: string): string {
  const equals = argument.indexOf('=');
  if (equals < 0) return redactText(argument);
  const name = argument.slice(0, equals);
  const value = argument.slice(equals + 1);
  return `${redactText(name)}=${isSecretName(name) ? REDACTED : redactText(value)}`;
}

const MATCH_KEPT = 120;

/** What the site answered is its own: a leak must not be kept in the events that tell of it. */
const ANSWER = /^RESPONSE_(?:BODY|HEADERS)/;
/** What rules set or matched before: the value of any member may stand there, under none of its names. Scores are numbers. */
const CARRIED = /^(?:TX|MATCHED_VAR)/;

/** Whether a value at `location` (`ARGS:password`) may not be shown whatever it says. */
export function isSecretPlace(location: string): boolean {
  if (ANSWER.test(location) || CARRIED.test(location)) return true;
  const colon = location.indexOf(':');
  return colon > 0 && isSecretName(location.slice(colon + 1));
}

/** Path without query, as the totals keep it. */
export function redactPath(path: string): string {
  return cap(redactText(path.slice(0, PATH_READ).replace(OPAQUE, redactOpaque)), PATH_NAME);
}

/** The text on which a rule matched at `location` (`ARGS:password`), fit to be stored. */
export function redactMatch(location: string, matched: string): string {
  if (ANSWER.test(location)) return `[${matched.length} bytes of the answer]`;
  if (CARRIED.test(location) && !/^-?\d{0,9}$/.test(matched)) return REDACTED;
  const colon = location.indexOf(':');
  if (colon > 0 && isSecretName(location.slice(colon + 1))) return REDACTED;
  return cap(redactText(matched), MATCH_KEPT);
}

const AGENT_KEPT = 256;

export function redactUserAgent(agent: string): string {
  return cap(redactText(agent.slice(0, 2 * AGENT_KEPT)), AGENT_KEPT);
}

function cap(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

function decodeLeniently(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Half an escape is an attacker's spelling, not a name: judge it as it stands.
    return text;
  }
}

function hasLuhnCheckDigit(text: string): boolean {
  let sum = 0;
  let double = false;
  for (let i = text.length - 1; i >= 0; i--) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) continue;
    const value = double ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    double = !double;
  }
  return sum % 10 === 0;
}
