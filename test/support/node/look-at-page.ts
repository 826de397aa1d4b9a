import { source } from 'axe-core';
import type { Page } from 'playwright-core';

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
