import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { localAdminKey } from '../../../scripts/local/admin-key.ts';

describe('the local admin key', () => {
  let folder: string;
  const file = () => join(folder, '.dev.vars');
  const mode = () => statSync(file()).mode & 0o777;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'edgeshield-key-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is made once, of 32 random bytes, and kept', () => {
    const first = localAdminKey(folder);
    expect(first).toMatchObject({ fresh: true, file: '.dev.vars' });
    expect(Buffer.from(first.key, 'base64url')).toHaveLength(32);
    expect(localAdminKey(folder)).toEqual({ ...first, fresh: false });
  });

  test.skipIf(process.platform === 'win32')('is for its owner alone, also where it was not', () => {
    localAdminKey(folder);
    expect(mode()).toBe(0o600);
    chmodSync(file(), 0o644);
    localAdminKey(folder);
    expect(mode()).toBe(0o600);
  });

  test('leaves other secrets as they are, and takes one that the operator wrote', () => {
    writeFileSync(file(), 'OTHER="kept"\n');
    const { key } = localAdminKey(folder);
    expect(readFileSync(file(), 'utf8')).toBe(`OTHER="kept"\nADMIN_API_KEY="${key}"\n`);
    writeFileSync(file(), 'ADMIN_API_KEY=own-key\n');
    expect(localAdminKey(folder)).toMatchObject({ key: 'own-key', fresh: false });
  });
});
