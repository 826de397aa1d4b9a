import { describe, expect, it, test } from 'vitest';
import { isKeyName, KEY_BYTES, keyState, readApiKey, writeApiKey } from '../../../src/edge/api-key.ts';

const random = (seed: number) => Uint8Array.from({ length: KEY_BYTES }, (_, i) => (i * 7 + seed) & 255);

describe('an API key', () => {
  it('can be recognised, is one word, and holds 256 bits that its id does not tell', () => {
    const { id, text } = writeApiKey(random(1));
    expect(text).toMatch(/^esk_[0-9a-f]{12}_[0-9a-f]{64}$/);
    expect(readApiKey(text)).toBe(id);
    const other = writeApiKey(Uint8Array.from(random(1), (byte, i) => (i < 6 ? byte : byte ^ 1)));
    expect(other.id).toBe(id);
    expect(other.text).not.toBe(text);
  });

  const { text } = writeApiKey(random(2));
  it.each([
    '',
    'esk_',
    text.slice(0, -1),
    `${text}0`,
    ` ${text}`,
    `${text}\n`,
    text.toUpperCase(),
    text.replace('esk', 'gsk'),
    'x'.repeat(1024),
  ])('is nothing of another form: %j', (wrong) => {
    expect(readApiKey(wrong)).toBeNull();
  });

  it('lives until it is revoked or its time is up', () => {
    expect(keyState({ revoked: null, expires: null }, 5)).toBe('live');
    expect(keyState({ revoked: null, expires: 6 }, 5)).toBe('live');
    expect(keyState({ revoked: null, expires: 5 }, 5)).toBe('expired');
    expect(keyState({ revoked: 4, expires: 6 }, 5)).toBe('revoked');
  });
});

test.each(['ci', 'Ada Lovelace', 'wall-display.2', '9 to 5', '_x', 'a'.repeat(60)])('a key may be named %j', (name) => {
  expect(isKeyName(name)).toBe(true);
});

test.each([
  '',
  ' ',
  'a ',
  ' a',
  'a\nb',
  'a  b',
  'оperator',
  'é',
  '<b>',
  'operator',
  'KV',
  'registry',
  'Bootstrap',
  'reputation',
  'a'.repeat(61),
])('no key is named %j, for names stand as authors', (name) => {
  expect(isKeyName(name)).toBe(false);
});
