import { join } from 'node:path';
import { source } from 'axe-core';
import type { Page } from 'playwright-core';
import { root } from '../../../scripts/local/bundle.ts';

/** Where pictures are left to be looked at; git does not see it. */
const PICTURES = process.env['SCREENSHOTS'] ?? join(root, 'dist', 'screenshots');

/**
 * What axe has to say of the page as it is, rule by rule; an empty list is what is wanted. It is evaluated as the browser's console does,
 * past the policy that guards the page.
 */
export async function auditPage(page: Page): Promise<readonly string[]> {
  await page.evaluate(source);
  return page.evaluate(`axe.run().then(({ violations, passes }) =>
    passes.length === 0 ? ['axe looked at nothing'] : violations.map(({ id, nodes }) =>
      id + ': ' + nodes.map(({ target, html }) => target.join(' ') + ' ' + html.slice(0, 120)).join(', ')))`);
}

/** By how many pixels the page is wider than its window, and what sticks out of it; null when nothing does. */
export async function overflowOf(page: Page): Promise<string | null> {
  return page.evaluate(`(() => {
    const wide = [document.documentElement, document.querySelector('#view')].map((node) => node?.scrollWidth ?? 0);
    const over = Math.max(...wide) - innerWidth;
    if (over <= 0) return null;
    const out = [...document.querySelectorAll('body *')].filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5);
    return over + ' px: ' + out.slice(0, 5).map((node) => node.tagName + '.' + node.className).join(', ');
  })()`);
}

/** Leaves a picture of the page as it is: of what the window shows, or all of it. */
export async function takePicture(page: Page, name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage });
}
