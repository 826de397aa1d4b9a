import { chromium, type Browser, type BrowserContextOptions, type ConsoleMessage, type Page } from 'playwright-core';
import { describe } from 'vitest';
import { findChromium } from './chromium.ts';
import { ADMIN_KEY } from './shield.ts';

const executablePath = findChromium();

/** A page as an operator has it, and all that it complained of. */
export interface DeskPage {
  readonly page: Page;
  /**
   * Errors on the console, broken policies, exceptions and rejections that nobody caught, of any page of the context. An answer that is no
   * success stands as status and path: `422 /admin/rules/reload`.
   */
  readonly complaints: readonly string[];
}

export interface DeskPageOptions extends BrowserContextOptions {
  /** What the test brings about by itself, and is no complaint. */
  readonly expected?: readonly RegExp[];
}

/** `describe` for what needs a browser: skipped where there is none, under a name that says why, since that is what a report shows. */
export function describeInBrowser(title: string, tests: () => void): void {
  const why = executablePath === null ? ' (skipped: no Chromium here; CHROMIUM_PATH names one)' : '';
  describe.skipIf(executablePath === null)(`${title} in a browser${why}`, tests);
}

export function launchBrowser(): Promise<Browser> {
  // Containers seldom allow Chromium its own sandbox, and it opens the tests' pages alone.
  return chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox', '--disable-gpu'] });
}

/** A page in a context of its own, so that neither sessions nor themes are shared. */
export async function openDeskPage(browser: Browser, options: DeskPageOptions = {}): Promise<DeskPage> {
  const { expected = [], ...contextOptions } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...contextOptions });
  const complaints: string[] = [];
  const hear = (text: string) => {
    if (!expected.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  // Rejections that nobody caught are told like exceptions.
  context.on('weberror', (error) => hear(String(error.error())));
  context.on('console', (message) => {
    if (message.type() === 'error') hear(sayConsole(message));
  });
  return { page: await context.newPage(), complaints };
}

/** Fills the form that is on the page. */
export async function signIn(page: Page, key = ADMIN_KEY): Promise<void> {
  await page.fill('#key', key);
  await page.click('#sign-in button');
  await page.waitForSelector('#console:visible');
}

/** The message says what failed, but not where. */
function sayConsole(message: ConsoleMessage): string {
  const failed = /^Failed to load resource: (?:the server responded with a status of (?<status>\d+)|(?<why>\S+))/.exec(
    message.text(),
  )?.groups;
  if (failed === undefined) return message.text();
  return `${failed['status'] ?? failed['why']} ${new URL(message.location().url).pathname}`;
}
