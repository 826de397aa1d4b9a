import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Wrangler's own file for local secrets; git ignores it. */
const FILE = '.dev.vars';
const LINE = /^\s*ADMIN_API_KEY\s*=\s*"?([^"\r\n]*)"?\s*$/m;

/**
 * The local admin key, made on the first run. Only its owner may read the file, and whoever had looser rights loses them.
 * `fresh` says that it was made just now and has not been shown to anyone.
 */
export function localAdminKey(folder: string): {
  readonly key: string;
  readonly fresh: boolean;
  readonly file: string;
} {
  const file = join(folder, FILE);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const kept = LINE.exec(text)?.[1];
  if (kept !== undefined && kept !== '') {
    chmodSync(file, 0o600);
    return { key: kept, fresh: false, file: FILE };
  }
  // 32 random bytes: beyond guessing, and no character that a shell or a header would mistake.
  const key = randomBytes(32).toString('base64url');
  const others = text.replace(LINE, '').trimEnd();
  writeFileSync(file, `${others === '' ? '' : `${others}\n`}ADMIN_API_KEY="${key}"\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return { key, fresh: true, file: FILE };
}
