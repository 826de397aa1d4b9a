import { describe, expect, test } from 'vitest';
import { detectSqli } from '../../../../src/edge/waf/detect/detect-sqli.ts';

describe('SQL injection is found', () => {
  test.each([
    "' or 1=1--",
    '1 union select 1,2,3',
    "admin'--",
    '1; drop table users',
    'sleep(20)',
    '" or "1"="1',
    "x') or ('1'='1",
  ])('%s', (text) => {
    expect(detectSqli(text)).not.toBeNull();
  });
});

describe('honest text is left alone', () => {
  test.each(["O'Brien", 'select a size from the list', '80% acrylic and 20% wool', '{"a": "b"}', "it's 5 or 6"])(
    '%s',
    (text) => {
      expect(detectSqli(text)).toBeNull();
    },
  );
});
