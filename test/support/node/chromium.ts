import { existsSync } from 'node:fs';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The path of a Chromium or Chrome on this machine (`CHROMIUM_PATH` overrides), or null. */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM_PATH'];
  return named ?? PLACES.find((path) => existsSync(path)) ?? null;
}
