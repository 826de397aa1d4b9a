import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSecretName,
  REDACTED,
  redactMatch,
  redactTarget,
  redactText,
  redactUserAgent,
} from '../../../src/edge/redact.ts';

const JWT = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U';

describe('names of secrets', () => {
  it.each([
    'password',
    'user[password]',
    'newPassword',
    'api_key',
    'X-Api-Key',
    'Authorization',
    'PHPSESSID',
    'sid',
    'access_token',
    'user.card.number',
    'cardNumber',
    'otp',
    'pass%77ord',
    'json.auth.pin',
    'csrf_token',
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  it.each(['q', 'shopping', 'page', 'sidebar', 'comment', 'User-Agent', 'discard', 'spin'])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('what is stored of a match', () => {
  it.each([
    ['RESPONSE_BODY', 'ORA-00933: table customers', '[26 bytes of the answer]'],
    ['RESPONSE_HEADERS:X-Debug', 'secret', '[6 bytes of the answer]'],
    ['RESPONSE_STATUS', '500', '500'],
    ['TX:blocking_inbound_anomaly_score', '15', '15'],
    ['TX:1', 'hunter2', REDACTED],
    ['MATCHED_VAR', 'hunter2', REDACTED],
    ['MATCHED_VARS_NAMES', 'ARGS:x', REDACTED],
    ['ARGS:q', "1' or 1=1", "1' or 1=1"],
    ['ARGS:password', 'x', REDACTED],
  ])('%s of %j: %s', (location, matched, kept) => {
    expect(redactMatch(location, matched)).toBe(kept);
  });
});

describe('what is stored of a request', () => {
  it('keeps an attack readable in the query', () => {
    expect(redactTarget("/search?q='%20OR%201=1--&page=2")).toBe("/search?q='%20OR%201=1--&page=2");
  });
  it('hides the values of secret arguments, however their names are spelled', () => {
    expect(redactTarget('/login?user=ann&pass%77ord=hunter2&next=/')).toBe(
      `/login?user=ann&pass%77ord=${REDACTED}&next=/`,
    );
    expect(redactTarget('/cb?go=%2Fa%3Ftoken%3Dabc123')).not.toContain('abc123');
  });
  it('hides tokens, credentials, card numbers and e-mail addresses under any name', () => {
    for (const secret of [
      JWT,
      JWT.toLowerCase(),
      '4111 1111 1111 1111',
      '4111-1111-1111-1111',
      'ann.lee@example.co.uk',
    ])
      expect(redactTarget(`/x?note=${secret}`)).not.toContain(secret);
    expect(redactText('Authorization was Bearer abcdef123456')).not.toContain('abcdef123456');
    expect(redactText('{"password":"hunter2","q":"x"}')).toBe(`{"password":"${REDACTED}","q":"x"}`);
  });
  it('leaves long numbers that are no card numbers', () => {
    expect(redactText('order 4111111111111112')).toContain('4111111111111112');
  });
  it('hides opaque words in a path, which may open a door', () => {
    expect(redactTarget('/reset/9f86d081884c7d659a2feaa0c55ad015')).toBe(`/reset/${REDACTED}`);
  });
  it('hides a token that the cap would cut in half', () => {
    expect(redactTarget(`/${'a/'.repeat(240)}?x=${JWT}`)).not.toContain('eyJ');
  });
  it('hides a token that stands as an argument’s name, or in a link encoded twice', () => {
    expect(redactTarget(`/a?${JWT}=1`)).not.toContain('eyJ');
    expect(redactTarget('/a?next=%252Fback%253Ftoken%253Dhunter2')).not.toContain('hunter2');
  });
  it('hides what a rule matched in a secret member and caps the rest', () => {
    expect(redactMatch('ARGS:password', "' OR 1=1")).toBe(REDACTED);
    expect(redactMatch('REQUEST_COOKIES:session_id', 'abc')).toBe(REDACTED);
    expect(redactMatch('REQUEST_HEADERS:Authorization', 'abc')).toBe(REDACTED);
    expect(redactMatch('ARGS:q', "' OR 1=1")).toBe("' OR 1=1");
    expect(redactMatch('ARGS:q', 'x'.repeat(500))).toHaveLength(120);
    expect(redactMatch('UNPARSED_BODY', 'user=a&password=hunter2&x=<script>')).toBe(
      `user=a&password=${REDACTED}&x=<script>`,
    );
  });
  it('never throws and never grows past its caps', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 6000 }), (text) => {
        expect(redactTarget(text).length).toBeLessThanOrEqual(512);
        expect(redactUserAgent(text).length).toBeLessThanOrEqual(256);
        expect(redactMatch('ARGS:q', text).length).toBeLessThanOrEqual(120);
      }),
      { numRuns: 300 },
    );
  });
  it('survives text made to make patterns backtrack: a quadratic one would outlast the test', () => {
    for (const unit of ['a', '%3', '1 ', 'a.', 'a@', 'a-a@', 'eyj', '=', '"', 'token ', 'a"   ']) {
      const hostile = unit.repeat(100_000);
      expect(redactText(hostile).length).toBeGreaterThan(0);
    }
  });
});
