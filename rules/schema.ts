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
  /** The body whole, where it could not be taken apart into arguments. */
  'REQUEST_BODY',
  /** File names that a multipart body claims; the member's name is the form field's. */
  'FILES',
  /** What the files hold, as far as the body is inspected. */
  'FILES_TMP_CONTENT',
  'MULTIPART_PART_HEADERS',
  'XML',
] as const;

/** Variables a rule may target: those above, their unions, and the names of their members. */
export const COLLECTIONS = [
  ...VALUE_COLLECTIONS,
  'ARGS',
  'ARGS_NAMES',
  'ARGS_GET_NAMES',
  'ARGS_POST_NAMES',
  'REQUEST_COOKIES_NAMES',
  'REQUEST_HEADERS_NAMES',
  'FILES_NAMES',
] as const;

/** ModSecurity transformations, applied left to right. */
export const TRANSFORMATIONS = [
  'lowercase',
  'urlDecodeUni',
  'htmlEntityDecode',
  'jsDecode',
  'removeNulls',
  'compressWhitespace',
  'normalizePath',
  'replaceComments',
  'removeWhitespace',
  'cmdLine',
] as const;

const Target = v.pipe(
  v.strictObject({
    collection: v.picklist(COLLECTIONS),
    /** One member, case-insensitive: `User-Agent` in `REQUEST_HEADERS:User-Agent`. Absent: every member. */
    selector: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(256))),
    /** Takes the member out of what the other targets select (`!ARGS:csrf`). */
    exclude: v.optional(v.boolean()),
  }),
  v.readonly(),
);

const Pattern = v.pipe(v.string(), v.minLength(1), v.maxLength(8192));

const Operator = v.variant('name', [
  /** Regular expression over bytes, dot matches newline; `i` ignores ASCII case. */
  v.strictObject({ name: v.literal('rx'), pattern: Pattern, ignoreCase: v.optional(v.boolean()) }),
  /** Any of the words, ASCII case-insensitive. */
  v.strictObject({ name: v.literal('pm'), words: v.pipe(v.array(Pattern), v.minLength(1), v.maxLength(10_000)) }),
  v.strictObject({ name: v.literal('contains'), text: Pattern }),
  v.strictObject({ name: v.literal('beginsWith'), text: Pattern }),
  v.strictObject({ name: v.literal('endsWith'), text: Pattern }),
  v.strictObject({ name: v.literal('streq'), text: Pattern }),
]);

/** A request in short, to prove a rule with: what is left out is an ordinary browser GET of `/`. */
const Example = v.strictObject({
  method: v.optional(v.pipe(v.string(), v.maxLength(32))),
  /** Path with query, as on the wire. */
  path: v.optional(v.pipe(v.string(), v.maxLength(8192))),
  headers: v.optional(v.record(v.string(), v.string())),
  body: v.optional(v.pipe(v.string(), v.maxLength(16_384))),
});

const Rule = v.strictObject({
  id: v.pipe(
    v.string(),
    v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'must be 1 to 64 letters, digits, dots, dashes or underscores'),
  ),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  category: v.picklist(CATEGORIES),
  severity: v.picklist(SEVERITIES),
  /** Added to the request's anomaly score on a match; 100 blocks whatever the actions say. */
  score: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
  action: v.picklist(['block', 'log']),
  targets: v.pipe(v.array(Target), v.minLength(1), v.maxLength(64)),
  transformations: v.pipe(v.array(v.picklist(TRANSFORMATIONS)), v.maxLength(16)),
  operator: Operator,
  tags: v.pipe(v.array(v.pipe(v.string(), v.maxLength(128))), v.maxLength(64)),
  examples: v.strictObject({
    match: v.pipe(v.array(Example), v.maxLength(64)),
    noMatch: v.pipe(v.array(Example), v.maxLength(64)),
  }),
});

const RulesetSchema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  version: v.pipe(v.string(), v.minLength(1), v.maxLength(50)),
  rules: v.pipe(v.array(Rule), v.maxLength(5000)),
});

export type Category = (typeof CATEGORIES)[number];
export type Severity = (typeof SEVERITIES)[number];
export type ValueCollection = (typeof VALUE_COLLECTIONS)[number];
export type Collection = (typeof COLLECTIONS)[number];
export type Transformation = (typeof TRANSFORMATIONS)[number];
export type Target = v.InferOutput<typeof Target>;
export type Operator = v.InferOutput<typeof Operator>;
export type Example = v.InferOutput<typeof Example>;
export type Rule = v.InferOutput<typeof Rule>;
export type Ruleset = v.InferOutput<typeof RulesetSchema>;
export { RulesetSchema };

/** The only door for rule data. Shape and limits alone; that rules are safe and do what their examples say is `checkRuleset`'s to prove. */
export function parseRuleset(data: unknown): Parsed<Ruleset> {
  return parseWith(RulesetSchema, data);
}
