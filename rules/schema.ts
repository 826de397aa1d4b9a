import * as v from 'valibot';
import { parseWith, type Parsed } from '../src/parse.ts';

/** The attack classes by which rules, events and statistics are grouped (CRS `attack-*` tags, shortened). */
export const CATEGORIES = [
  'sqli',
  'xss',
  'traversal',
  'rfi',
  'cmdi',
  'scanner',
  'webshell',
  'ssrf',
  'protocol',
  'other',
] as const;

/** CRS severities, most severe first. */
export const SEVERITIES = ['critical', 'error', 'warning', 'notice'] as const;

/** Variables that hold values of their own in a request view, named as ModSecurity and CRS name them. */
export const VALUE_COLLECTIONS = [
  'ARGS_GET',
  'ARGS_POST',
  'REQUEST_COOKIES',
  'REQUEST_HEADERS',
  'REQUEST_URI',
  'REQUEST_FILENAME',
  'QUERY_STRING',
  'REQUEST_METHOD',
  /** The body whole, where it could not be taken apart into arguments: ours, so that values are not matched twice. */
  'UNPARSED_BODY',
  /** File names that a multipart body claims; the member's name is the form field's. */
  'FILES',
  /** What the files hold, as far as the body is inspected. */
  'FILES_TMP_CONTENT',
  'MULTIPART_PART_HEADERS',
  /** Texts (`XML:/*`) and attribute values (`XML://@*`); without a selector both. */
  'XML',
  /** Ours: what values say under further layers, as base64 of text; repeated arguments joined; texts that CDATA breaks up. Named as their source. */
  'REVEALED',
] as const;

/** Single values that only imported rules ask for, worked out when asked. */
const DERIVED_VARIABLES = [
  /** As ModSecurity has it: the raw body of a form, or of whatever no body processor took apart. */
  'REQUEST_BODY',
  'REQUEST_BODY_LENGTH',
  'REQUEST_URI_RAW',
  'REQUEST_LINE',
  'REQUEST_PROTOCOL',
  'REQUEST_BASENAME',
  /** `URLENCODED`, `MULTIPART`, `JSON`, `XML` or empty. */
  'REQBODY_PROCESSOR',
  'REQBODY_ERROR',
  'MULTIPART_STRICT_ERROR',
  'MULTIPART_UNMATCHED_BOUNDARY',
  /** Bytes of all argument names and values. */
  'ARGS_COMBINED_SIZE',
  'FILES_COMBINED_SIZE',
  'REMOTE_ADDR',
  'SERVER_NAME',
  'UNIQUE_ID',
  'DURATION',
  /** `GEO:COUNTRY_CODE`: the country as Cloudflare tells it. */
  'GEO',
] as const;

/** Of the answer, in phases 3 to 5. */
const RESPONSE_VARIABLES = ['RESPONSE_STATUS', 'RESPONSE_PROTOCOL', 'RESPONSE_HEADERS', 'RESPONSE_BODY'] as const;

/** What rules before this one, or earlier links of its chain, found. */
const TRANSACTION_VARIABLES = [
  /** Variables that rules set. */
  'TX',
  'MATCHED_VAR',
  'MATCHED_VAR_NAME',
  'MATCHED_VARS',
  'MATCHED_VARS_NAMES',
] as const;

/** Variables a rule may target: those above, unions of them, and the names of their members. */
export const COLLECTIONS = [
  ...VALUE_COLLECTIONS,
  ...DERIVED_VARIABLES,
  ...RESPONSE_VARIABLES,
  ...TRANSACTION_VARIABLES,
  'ARGS',
  'ARGS_NAMES',
  'ARGS_GET_NAMES',
  'ARGS_POST_NAMES',
  'REQUEST_COOKIES_NAMES',
  'REQUEST_HEADERS_NAMES',
  'RESPONSE_HEADERS_NAMES',
  'FILES_NAMES',
] as const;

/** ModSecurity transformations, applied left to right; in American spelling (`normalizePath`, where SecLang knows both). */
export const TRANSFORMATIONS = [
  'base64Decode',
  'base64DecodeExt',
  'base64Encode',
  'cmdLine',
  'compressWhitespace',
  'cssDecode',
  'escapeSeqDecode',
  'hexDecode',
  'hexEncode',
  'htmlEntityDecode',
  'jsDecode',
  'length',
  'lowercase',
  'md5',
  'normalizePath',
  'normalizePathWin',
  'parityEven7bit',
  'parityOdd7bit',
  'parityZero7bit',
  'removeComments',
  'removeCommentsChar',
  'removeNulls',
  'removeWhitespace',
  'replaceComments',
  'replaceNulls',
  'sha1',
  'sqlHexDecode',
  'trim',
  'trimLeft',
  'trimRight',
  'uppercase',
  'urlDecode',
  'urlDecodeUni',
  'urlEncode',
  'utf8toUnicode',
] as const;

/** Those that make a text longer, up to three times. */
const GROWING: ReadonlySet<string> = new Set(['base64Encode', 'hexEncode', 'urlEncode', 'utf8toUnicode']);

const Transformations = v.pipe(
  v.array(v.picklist(TRANSFORMATIONS)),
  v.maxLength(16),
  // Sixteen of them would make 40 million bytes of one.
  v.check(
    (steps) => steps.filter((step) => GROWING.has(step)).length <= 2,
    'has more than two steps that make a text longer',
  ),
);

function Byte() {
  return v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(255));
}

const Pattern = v.pipe(v.string(), v.minLength(1), v.maxLength(32_768));

const Target = v.pipe(
  v.strictObject({
    collection: v.picklist(COLLECTIONS),
    /** One member, case-insensitive: `User-Agent` in `REQUEST_HEADERS:User-Agent`. Absent, with `pattern` too: every member. */
    selector: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(256))),
    /** The members whose names match this regular expression, case-insensitive (`/^json/` in `ARGS:/^json/`). */
    pattern: v.optional(Pattern),
    /** Takes the members out of what the other targets select (`!ARGS:csrf`). */
    exclude: v.optional(v.literal(true)),
    /** The number of members instead of their values (`&ARGS`). */
    count: v.optional(v.literal(true)),
  }),
  v.check((target) => target.selector === undefined || target.pattern === undefined, 'has a selector and a pattern'),
  v.readonly(),
);

/** A variable's value at the time (`%{tx.allowed_methods}`, `%{MATCHED_VAR_NAME}`). */
const Macro = v.strictObject({
  collection: v.picklist(COLLECTIONS),
  /** Lower-case. */
  selector: v.optional(v.pipe(v.string(), v.maxLength(256))),
});

const LiteralText = v.pipe(v.string(), v.maxLength(32_768));

/** A text, or its pieces where some are known only when a request is evaluated. */
const Text = v.union([LiteralText, v.pipe(v.array(v.union([LiteralText, Macro])), v.minLength(1), v.maxLength(64))]);

/** `!@rx`: matches where the operator does not. */
const negate = v.optional(v.literal(true));

const Operator = v.variant('name', [
  /** Regular expression over bytes, dot matches newline; `i` ignores ASCII case. */
  v.strictObject({ name: v.literal('rx'), pattern: Pattern, ignoreCase: v.optional(v.boolean()), negate }),
  /** A regular expression with macros in it: `^%{tx.a}$`, each value taken literally. */
  v.strictObject({ name: v.literal('rxMacro'), pattern: Text, negate }),
  /** Any of the words, ASCII case-insensitive. */
  v.strictObject({
    name: v.literal('pm'),
    words: v.pipe(v.array(Pattern), v.minLength(1), v.maxLength(10_000)),
    negate,
  }),
  v.strictObject({ name: v.literal('contains'), text: Text, negate }),
  v.strictObject({ name: v.literal('containsWord'), text: Text, negate }),
  v.strictObject({ name: v.literal('beginsWith'), text: Text, negate }),
  v.strictObject({ name: v.literal('endsWith'), text: Text, negate }),
  v.strictObject({ name: v.literal('streq'), text: Text, negate }),
  /** The value is somewhere in the text. */
  v.strictObject({ name: v.literal('within'), text: Text, negate }),
  /** Integer comparisons; what is no number counts as 0, as in ModSecurity. */
  v.strictObject({ name: v.picklist(['eq', 'ge', 'gt', 'le', 'lt']), value: Text, negate }),
  /** Matches on a byte outside all ranges. */
  v.strictObject({
    name: v.literal('validateByteRange'),
    ranges: v.pipe(v.array(v.strictTuple([Byte(), Byte()])), v.minLength(1), v.maxLength(256)),
    negate,
  }),
  /** Matches on a percent sign without two hexadecimal digits. */
  v.strictObject({ name: v.literal('validateUrlEncoding'), negate }),
  v.strictObject({ name: v.literal('validateUtf8Encoding'), negate }),
  /** Addresses and CIDR ranges, of both families. */
  v.strictObject({
    name: v.literal('ipMatch'),
    addresses: v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.minLength(1), v.maxLength(10_000)),
    negate,
  }),
  v.strictObject({ name: v.literal('detectSQLi'), negate }),
  v.strictObject({ name: v.literal('detectXSS'), negate }),
  v.strictObject({ name: v.literal('unconditionalMatch'), negate }),
]);

/** `setvar`: what a match does to a TX variable. Names are lower-case. */
const Assignment = v.strictObject({
  variable: Text,
  operation: v.picklist(['set', 'add', 'subtract', 'unset']),
  value: v.optional(Text),
});

const RuleIds = v.pipe(v.array(v.string()), v.maxLength(5000));

/** `ctl`: what a match does to the rest of the transaction. Ranges and tags are resolved to rule ids when rules are imported. */
const Control = v.variant('name', [
  v.strictObject({ name: v.literal('removeRules'), ids: RuleIds }),
  /** Takes a target out of rules; without selector and pattern the whole collection. */
  v.strictObject({ name: v.literal('removeTarget'), ids: RuleIds, target: Target }),
  /** `detect`: matches are told, nothing blocks. */
  v.strictObject({ name: v.literal('ruleEngine'), mode: v.picklist(['on', 'detect', 'off']) }),
  v.strictObject({ name: v.literal('forceRequestBodyVariable') }),
  v.strictObject({
    name: v.literal('requestBodyProcessor'),
    processor: v.picklist(['URLENCODED', 'MULTIPART', 'JSON', 'XML']),
  }),
]);

/** One condition, and what follows from it at once. */
const linkEntries = {
  /** None only where the operator asks for no value (`SecAction`). */
  targets: v.pipe(v.array(Target), v.maxLength(256)),
  transformations: Transformations,
  operator: Operator,
  /** The operator looks at the value after each transformation, and not only after the last. */
  multiMatch: v.optional(v.literal(true)),
  /** Sets TX:0 to TX:9 to what `rx` captured, TX:0 to what another operator matched. */
  capture: v.optional(v.literal(true)),
  /** Run for each value that matches, in order, before the next link is looked at. */
  assignments: v.optional(v.pipe(v.array(Assignment), v.maxLength(64))),
};

const Link = v.strictObject(linkEntries);

/** A request in short, to prove a rule with: what is left out is an ordinary browser GET of `/`. */
const Example = v.strictObject({
  method: v.optional(v.pipe(v.string(), v.maxLength(32))),
  /** Path with query, as on the wire. */
  path: v.optional(v.pipe(v.string(), v.maxLength(8192))),
  headers: v.optional(v.record(v.string(), v.string())),
  body: v.optional(v.pipe(v.string(), v.maxLength(16_384))),
});

const Examples = v.strictObject({
  match: v.pipe(v.array(Example), v.maxLength(64)),
  noMatch: v.pipe(v.array(Example), v.maxLength(64)),
});

const Rule = v.strictObject({
  id: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
  ),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  category: v.picklist(CATEGORIES),
  severity: v.picklist(SEVERITIES),
  /** Added to the request's anomaly score on a match, once a rule; 100 blocks whatever the actions say. */
  score: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
  /** `pass` does its work without being told as a match. */
  action: v.picklist(['block', 'log', 'pass']),
  /**
   * As in ModSecurity: 1 the request's head, 2 its body (both are evaluated when the body's prefix is there, in this order),
   * 3 the answer's head, 4 its body, 5 after all. Absent: 2.
   */
  phase: v.optional(v.picklist([1, 2, 3, 4, 5])),
  /** CRS paranoia level, 1 to 4. Absent: 1. */
  paranoia: v.optional(v.picklist([1, 2, 3, 4])),
  ...linkEntries,
  /** Further conditions, each of which must hold; the rule matches when the last does. */
  chain: v.optional(v.pipe(v.array(Link), v.maxLength(16))),
  controls: v.optional(v.pipe(v.array(Control), v.maxLength(1000))),
  /** On a match, evaluation of the phase goes on at this marker. */
  skipAfter: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  tags: v.pipe(v.array(v.pipe(v.string(), v.maxLength(128))), v.maxLength(64)),
  /** Requests that prove it; imported rules bring none. */
  examples: v.optional(Examples, { match: [], noMatch: [] }),
});

const RulesetSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(50)),
  rules: v.pipe(v.array(Rule), v.maxLength(5000)),
  /** Where `skipAfter` goes on: index of the first rule after the marker. */
  markers: v.optional(v.record(v.string(), v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5000)))),
  /** TX variables that a request begins with. Names are lower-case. */
  variables: v.optional(v.record(v.string(), LiteralText)),
});

export type Category = (typeof CATEGORIES)[number];
export type Severity = (typeof SEVERITIES)[number];
export type ValueCollection = (typeof VALUE_COLLECTIONS)[number];
export type Collection = (typeof COLLECTIONS)[number];
export type Transformation = (typeof TRANSFORMATIONS)[number];
export type Target = v.InferOutput<typeof Target>;
export type Macro = v.InferOutput<typeof Macro>;
export type Text = v.InferOutput<typeof Text>;
export type Assignment = v.InferOutput<typeof Assignment>;
export type Control = v.InferOutput<typeof Control>;
export type Link = v.InferOutput<typeof Link>;
export type Operator = v.InferOutput<typeof Operator>;
export type Example = v.InferOutput<typeof Example>;
export type Rule = v.InferOutput<typeof Rule>;
export type Ruleset = v.InferOutput<typeof RulesetSchema>;
export { RulesetSchema, Rule as RuleSchema };

/** The only door for rule data. Shape and limits alone; that rules are safe and do what their examples say is `checkRuleset`'s to prove. */
export function parseRuleset(data: unknown): Parsed<Ruleset> {
  return parseWith(RulesetSchema, data);
}
