import type { Browser } from 'playwright-core';
import type { LocalShieldOptions } from '../../../scripts/local/shield.ts';
import { launchBrowser, openDeskPage, type DeskPage, type DeskPageOptions } from './browser-desk.ts';
import { startEchoOrigin } from './echo-origin.ts';
import { startTestShield, type TestShield } from './shield.ts';

/** A page in Chromium in front of a shield of its own, which protects a site that says what it was sent. */
export interface Desk extends DeskPage {
  readonly shield: TestShield;
  readonly browser: Browser;
  /** Stops all of it. */
  close(): Promise<void>;
}

export interface DeskOptions extends DeskPageOptions {
  readonly shield?: Partial<LocalShieldOptions>;
}

/** Whatever was started is stopped again when the rest does not start. */
export async function openDesk({ shield: settings, ...pageOptions }: DeskOptions = {}): Promise<Desk> {
  await using started = new AsyncDisposableStack();
  const origin = await startEchoOrigin();
  started.defer(() => origin.stop());
  const shield = await startTestShield(origin.url, settings);
  started.defer(() => shield.stop());
  const browser = await launchBrowser();
  started.defer(() => browser.close());
  const page = await openDeskPage(browser, pageOptions);
  const all = started.move();
  return { ...page, shield, browser, close: () => all.disposeAsync() };
}
