import { EXIT } from './exit-codes.ts';
import { fail, type Answer } from './outcome.ts';

export const DEFAULT_URL = 'http://localhost:8787';
export const URL_VARIABLE = 'EDGESHIELD_URL';
export const KEY_VARIABLE = 'EDGESHIELD_ADMIN_KEY';

/** As wrangler reads `.dev.vars`, which `npm start` writes. */
const KEY_LINE = /^\s*ADMIN_API_KEY\s*=\s*"?([^"\r\n]*)"?\s*$/m;

/** Where the shield is. Its key goes over plain HTTP to this machine alone: on any other way somebody may listen. */
export function readShieldUrl(text: string): Answer<URL> {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return fail(EXIT.usage, 'bad-url', `"${text}" is not a URL of a shield`, `It looks like ${DEFAULT_URL}.`);
  }
  if (url.username !== '' || url.password !== '') {
    return fail(
      EXIT.usage,
      'bad-url',
      'The URL holds a user or a password',
      `A shield asks for a key: set ${KEY_VARIABLE}.`,
    );
  }
  if (url.protocol === 'http:' && !isLocal(url)) {
    const help = `Use https://${url.host}, or a tunnel to this machine.`;
    return fail(EXIT.usage, 'plain-http', `The key would travel to ${url.host} in clear text`, help);
  }
  return { ok: true, value: url };
}

export function isLocal(url: URL): boolean {
  return /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** The environment's key; for a shield on this machine else the one that `npm start` keeps in the clone's `.dev.vars`. */
export function chooseKey(environment: string | undefined, local: boolean, devVars: string): string | null {
  const given = environment?.trim() ?? '';
  if (given !== '') return given;
  const kept = local ? (KEY_LINE.exec(devVars)?.[1] ?? '') : '';
  return kept === '' ? null : kept;
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** `90s`, `30m`, `1h30m`, `7d` as seconds; null of anything else. A bare number is none: of what unit would it be? */
export function readDuration(text: string): number | null {
  if (!/^(?:\d{1,6}[smhdw])+$/.test(text)) return null;
  let seconds = 0;
  for (const [, amount = '', unit = ''] of text.matchAll(/(\d+)([smhdw])/g))
    seconds += Number(amount) * (UNITS[unit] ?? 0);
  return seconds > 0 ? seconds : null;
}
