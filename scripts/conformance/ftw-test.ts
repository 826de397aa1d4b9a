import * as v from 'valibot';
import { parseDocument } from 'yaml';
import { parseWith, type Parsed } from '../../src/parse.ts';

/**
 * A test of a CRS regression suite, from either of the two shapes that go-ftw reads: `stages: [{stage: {input, output}}]` with
 * `log_contains` (CRS 3) and `stages: [{input, output}]` with `log: {expect_ids}` (CRS 4).
 * Texts are the YAML's own; they go over the wire as UTF-8.
 */
export interface FtwTest {
  /** `920100-4`. */
  readonly id: string;
  /** `REQUEST-920-PROTOCOL-ENFORCEMENT`: the rule file that it is about. */
  readonly group: string;
  readonly stages: readonly Stage[];
}

export interface Stage {
  readonly input: StageInput;
  readonly expected: Expectation;
}

export interface StageInput {
  readonly method: string;
  readonly uri: string;
  readonly version: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly data: string | null;
  /** Fill in Content-Type, Content-Length and Connection, and encode a form that is not encoded. */
  readonly autocomplete: boolean;
  /** Completed, a POST without a body says `Content-Length: 0`: so does go-ftw; the older ftw, for which CRS 3 was written, did not. */
  readonly tellsEmptiness: boolean;
  /** The request's very bytes, which then stand for everything above. */
  readonly raw: Buffer | null;
}

export interface Expectation {
  /** Any of these; empty: not looked at. */
  readonly status: readonly number[];
  readonly expectIds: readonly string[];
  readonly noExpectIds: readonly string[];
  readonly matches: RegExp | null;
  readonly noMatch: RegExp | null;
  /** The server breaks the connection, or answers nothing. */
  readonly error: boolean;
}

/** All scalars are read as texts: a header's value `010` is no number, whatever YAML makes of it. */
const Ids = v.pipe(v.array(v.pipe(v.string(), v.regex(/^\d+$/, 'must be a rule id'))), v.readonly());

const RegularExpression = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    try {
      // Go's `(?i)` is what suites use of what JavaScript does not know.
      return dataset.value.startsWith('(?i)') ? new RegExp(dataset.value.slice(4), 'i') : new RegExp(dataset.value);
    } catch (error) {
      addIssue({ message: `is no regular expression: ${error instanceof Error ? error.message : String(error)}` });
      return NEVER;
    }
  }),
);

const Truth = v.pipe(
  v.picklist(['true', 'false', 'True', 'False']),
  v.transform((text) => text.toLowerCase() === 'true'),
);

const Status = v.pipe(v.string(), v.regex(/^\d{3}$/, 'must be an HTTP status'), v.transform(Number));

const Output = v.object({
  status: v.optional(
    v.union([
      v.array(Status),
      v.pipe(
        Status,
        v.transform((status) => [status]),
      ),
    ]),
    [],
  ),
  expect_error: v.optional(Truth, 'false'),
  log_contains: v.optional(RegularExpression),
  no_log_contains: v.optional(RegularExpression),
  log: v.optional(
    v.object({
      expect_ids: v.optional(Ids, []),
      no_expect_ids: v.optional(Ids, []),
      match_regex: v.optional(RegularExpression),
      no_match_regex: v.optional(RegularExpression),
    }),
    {},
  ),
});

const Input = v.object({
  method: v.optional(v.string(), 'GET'),
  uri: v.optional(v.string(), '/'),
  version: v.optional(v.string(), 'HTTP/1.1'),
  headers: v.optional(v.union([v.record(v.string(), v.string()), v.literal('')]), {}),
  data: v.optional(v.union([v.string(), v.array(v.string())])),
  encoded_data: v.optional(v.string()),
  autocomplete_headers: v.optional(Truth),
  stop_magic: v.optional(Truth),
  encoded_request: v.optional(v.string()),
  raw_request: v.optional(v.string()),
});

/** CRS 3 wraps each stage once more. */
const StageSchema = v.pipe(
  v.unknown(),
  v.transform((data) => {
    const isWrapped = typeof data === 'object' && data !== null && 'stage' in data;
    const stage: unknown = isWrapped ? data.stage : data;
    return typeof stage === 'object' ? { ...stage, isWrapped } : stage;
  }),
  v.object({ input: Input, output: Output, isWrapped: v.boolean() }),
);

const File = v.object({
  rule_id: v.optional(v.string()),
  tests: v.array(
    v.object({
      test_id: v.optional(v.string()),
      test_title: v.optional(v.string()),
      stages: v.array(StageSchema),
    }),
  ),
});

/**
 * Reads one file of tests. `name` is the file's own, such as `920100.yaml`, from which the rule is taken where the file does
 * not say it.
 */
export function parseTestFile(text: string, name: string, group: string): Parsed<readonly FtwTest[]> {
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) return { ok: false, problems: [{ path: '', message: `is no YAML: ${error.message}` }] };
  const data: unknown = document.toJS();
  // Some files are comments alone.
  if (data === null) return { ok: true, value: [] };
  const file = parseWith(File, data);
  if (!file.ok) return file;
  const rule = file.value.rule_id ?? /\d+/.exec(name)?.[0] ?? name;
  const tests = file.value.tests.map((test, index) => ({
    id: test.test_title ?? `${rule}-${test.test_id ?? index + 1}`,
    group,
    stages: test.stages.map(readStage),
  }));
  return { ok: true, value: tests };
}

function readStage({ input, output, isWrapped }: v.InferOutput<typeof StageSchema>): Stage {
  return { input: readInput(input, !isWrapped), expected: readOutput(output) };
}

function readInput(input: v.InferOutput<typeof Input>, tellsEmptiness: boolean): StageInput {
  const { data } = input;
  const encoded = input.encoded_request;
  const decodedData = input.encoded_data === undefined ? null : Buffer.from(input.encoded_data, 'base64').toString();
  return {
    method: input.method,
    uri: input.uri,
    version: input.version,
    // In the order of their names, as go-ftw sends them.
    headers: input.headers === '' ? [] : Object.entries(input.headers).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    data: data === undefined ? decodedData : fillIn(typeof data === 'string' ? data : data.join('\r\n')),
    autocomplete: input.autocomplete_headers ?? !(input.stop_magic ?? false),
    tellsEmptiness,
    raw:
      encoded !== undefined && encoded !== ''
        ? Buffer.from(encoded, 'base64')
        : input.raw_request === undefined
          ? null
          : Buffer.from(input.raw_request),
  };
}

/** The one thing that suites ask of Go's templates: `{{ "1" | repeat 152 }}`. */
function fillIn(data: string): string {
  return data.replaceAll(/\{\{\s*"([^"]*)"\s*\|\s*repeat\s+(\d+)\s*\}\}/g, (_, text: string, times: string) =>
    text.repeat(Number(times)),
  );
}

/** Also for the outputs that a file of overrides puts in a test's place. */
export function readOutput(output: v.InferOutput<typeof Output>): Expectation {
  const { log } = output;
  return {
    status: output.status,
    expectIds: log.expect_ids,
    noExpectIds: log.no_expect_ids,
    matches: log.match_regex ?? output.log_contains ?? null,
    noMatch: log.no_match_regex ?? output.no_log_contains ?? null,
    error: output.expect_error,
  };
}

export { Output as OutputSchema };
