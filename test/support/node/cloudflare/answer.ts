/** One entry of an envelope's `errors`. `pointer` is a JSON pointer into the request's body. */
export interface Problem {
  readonly code: number;
  readonly message: string;
  readonly source?: { readonly pointer: string };
}

/** What a handler says; the server makes the API's envelope of it. */
export interface Answer {
  readonly status: number;
  readonly result: unknown;
  readonly problems: readonly Problem[];
  readonly resultInfo?: object;
  /** Seconds. */
  readonly retryAfter?: number;
}

/**
 * Codes of the real API. 10028 and 10035 are those of the Lists API's documentation; 10026, 10031, 10100, 10000, 7003 and
 * 7000 are in public reports of what it answered; 9106 and 9109 are what it says of a missing and of a wrong token.
 */
export const CODE = {
  invalidJson: 10_026,
  duplicateItem: 10_028,
  listInUse: 10_031,
  badItem: 10_035,
  tooManyRequests: 10_100,
  wrongAccount: 10_000,
  noToken: 9106,
  badToken: 9109,
  noRoute: 7000,
  badIdentifier: 7003,
} as const;

/**
 * Codes of this stand-in: the documentation says that these requests fail, and with which status, but not with which code.
 * Nobody may build on the numbers.
 */
export const CHOSEN_CODE = {
  listCap: 10_019,
  badName: 10_022,
  duplicateName: 10_023,
  badKind: 10_024,
  badDescription: 10_025,
  badItems: 10_027,
  noList: 10_032,
  noItem: 10_033,
  noOperation: 10_034,
  badQuery: 10_036,
  pendingOperation: 10_040,
  changeLimit: 10_041,
  bodyTooLarge: 10_042,
  fault: 10_001,
  noEntrypoint: 10_003,
  noRuleset: 10_004,
  noRule: 10_005,
  badRule: 20_120,
  duplicateRef: 20_121,
  ruleCap: 20_125,
  badExpression: 20_127,
} as const;

export function ok(result: unknown, resultInfo?: object): Answer {
  return { status: 200, result, problems: [], ...(resultInfo === undefined ? {} : { resultInfo }) };
}

export function refuse(status: number, code: number, message: string, pointer?: string): Answer {
  const problem = { code, message, ...(pointer === undefined ? {} : { source: { pointer } }) };
  return { status, result: null, problems: [problem] };
}

/** Fields of a body that the API reads as one JSON object; anything else has none. */
export function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === 'object' && body !== null && !Array.isArray(body) ? { ...body } : {};
}
