import { describe, expect, test } from 'vitest';
import { readAnswer, readProblem } from '../../../src/dashboard/control/answer.ts';

const PROBLEM = { 'content-type': 'application/problem+json' };

function refusal(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...PROBLEM, ...headers } });
}

describe("the control plane's answers, as the page tells them", () => {
  test('a test that failed is an answer like one that passed', async () => {
    const response = Response.json({ success: false }, { status: 503 });
    expect(await readAnswer(response)).toEqual({ kind: 'ok', value: { success: false } });
  });

  test('an answer that breaks off is none', async () => {
    const response = new Response('{"seq":', { headers: { 'content-type': 'application/json' } });
    expect(await readAnswer(response)).toMatchObject({ kind: 'silent' });
  });

  test('who is not signed in is refused, whatever the words', async () => {
    expect(await readAnswer(refusal(401, { title: 'This key is no longer valid' }))).toMatchObject({ kind: 'refused' });
  });

  test('a key that may not do it learns which scope it lacks', async () => {
    const body = { title: 'This key may not do that', detail: 'It lacks the scope `rules:write`.' };
    expect(await readAnswer(refusal(403, body))).toMatchObject({
      kind: 'problem',
      text: 'This key may not do that. It lacks the scope rules:write.',
    });
  });

  test('many problems are told by the first three, and all stand in the list', async () => {
    const problems = [1, 2, 3, 4].map((n) => ({ path: `rules.${n}`, message: `rule ${n} is odd` }));
    const failure = await readProblem(refusal(422, { title: 'This is no ruleset', detail: 'x', problems }));
    expect(failure.text).toBe('This is no ruleset. rule 1 is odd. rule 2 is odd. rule 3 is odd.');
    expect(failure.headline).toBe('This is no ruleset. Nothing was changed.');
    expect(failure.problems).toEqual(problems);
  });

  test.each([
    ['1', 'Too many wrong keys. Try again in a second.'],
    ['90', 'Too many wrong keys. Try again in 90 seconds.'],
    ['290', 'Too many wrong keys. Try again in 5 minutes.'],
    // A proxy may write a date; the shield does not.
    ['Thu, 26 Nov 2026 17:00:00 GMT', 'Too many wrong keys.'],
  ])('Retry-After %s says when', async (value, text) => {
    const failure = await readProblem(refusal(429, { title: 'Too many wrong keys' }, { 'retry-after': value }));
    expect(failure.text).toBe(text);
  });

  test("a proxy's page is told by its status", async () => {
    const page = new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } });
    expect(await readAnswer(page)).toMatchObject({ kind: 'problem', text: 'The shield answered 502.' });
  });
});
