import { InvalidArgumentError, Option, type Command } from 'commander';
import { EXIT } from '../exit-codes.ts';
import { examples } from '../format/help.ts';
import { describeTested, type Tested } from '../format/tested.ts';
import { fail, type Answer, type Outcome } from '../outcome.ts';
import { readInput } from '../read-input.ts';
import { readHeader, readRawRequest, readTarget, type TestRequest } from '../read-request.ts';
import { readAsn } from '../option-values.ts';
import { perform, type Shell } from '../shell.ts';

interface TestOptions {
  readonly request?: string;
  readonly data?: string;
  readonly header?: readonly (readonly [string, string])[];
  readonly method?: string;
  readonly ip?: string;
  readonly country?: string;
  readonly asn?: number;
  readonly expect?: string;
}

export function addRulesTest(rules: Command): void {
  rules
    .command('test')
    .description('What would become of a request, and why; nothing is sent on or counted')
    .argument('[target]', 'path with query, or a URL: as it would be on the wire')
    .option('-X, --method <method>', 'GET, or POST where there is a body')
    .option('-H, --header <line>', '"Name: value"; may be given again', addHeader)
    .option('-d, --data <body>', 'the body; @file reads one, @- stdin')
    .option('--request <file>', 'a whole HTTP request as it was sent; - is stdin')
    .option('--ip <address>', 'where it comes from')
    .option('--country <code>', 'where from on the map, as DE')
    .option('--asn <number>', 'the network it comes from, as AS64500', readAsn)
    .addOption(
      new Option('--expect <decision>', 'exit 6 when another one is made').choices([
        'allow',
        'log',
        'challenge',
        'block',
      ]),
    )
    .addHelpText(
      'after',
      examples([
        ['edgeshield rules test "/search?q=1 UNION SELECT password FROM users"', 'a query'],
        ["edgeshield rules test /login -d 'user=admin&pass=x' --expect allow", 'a test of a deployment'],
        ['edgeshield rules test --request blocked.http', 'what a proxy has saved'],
      ]),
    )
    .action(perform(testRequest));
}

async function testRequest(
  { client, paint }: Shell,
  target: string | undefined,
  options: TestOptions,
): Promise<Outcome> {
  const request = await buildRequest(target, options);
  if (!request.ok) return request;
  const answer = await client.post<Tested>('/admin/rules/test', request.value);
  if (!answer.ok) return answer;
  const { expect } = options;
  const other = expect !== undefined && answer.value.decision !== expect;
  return {
    ok: true,
    data: answer.value,
    text: describeTested(answer.value, paint),
    ...(other && { code: EXIT.otherwise, aside: `expected ${expect}, found ${answer.value.decision}` }),
  };
}

async function buildRequest(target: string | undefined, options: TestOptions): Promise<Answer<TestRequest>> {
  const { request, data, header = [], method, ip, country, asn } = options;
  const origin = {
    ...(ip !== undefined && { ip }),
    ...(country !== undefined && { country }),
    ...(asn !== undefined && { asn }),
  };
  if (request !== undefined) {
    if (target !== undefined)
      return fail(
        EXIT.usage,
        'two-requests',
        'Give a target or --request, not both',
        'See edgeshield rules test --help.',
      );
    const read = await readInput(request);
    if (!read.ok) return read;
    const raw = readRawRequest(read.value);
    return raw.ok ? { ok: true, value: { ...raw.value, ...origin } } : raw;
  }
  const place = readTarget(target ?? '');
  if (place === null) {
    const what = target === undefined ? 'What request?' : `"${target}" is no path and no URL`;
    return fail(EXIT.usage, 'no-target', what, 'Give a path as /search?q=1, or --request FILE.');
  }
  let body: string | undefined = data;
  if (data?.startsWith('@')) {
    const read = await readInput(data.slice(1));
    if (!read.ok) return read;
    body = read.value;
  }
  const headers = Object.fromEntries(header);
  // As curl does: rules read a form only where a request says that it is one.
  const form = body !== undefined && !header.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    ok: true,
    value: {
      ...place,
      ...origin,
      ...(method !== undefined && { method }),
      ...(body !== undefined && { body }),
      headers: form ? { ...headers, 'content-type': 'application/x-www-form-urlencoded' } : headers,
    },
  };
}

function addHeader(line: string, before: TestOptions['header'] = []): NonNullable<TestOptions['header']> {
  const header = readHeader(line);
  if (header === null) throw new InvalidArgumentError('It looks like "Name: value".');
  return [...before, header];
}
