import type { CDPSession, Page } from 'playwright-core';
import { quantile } from '../../../scripts/traffic/quantile.ts';
import { round } from '../report.ts';

/** How smooth a page was for some seconds. */
export interface Smoothness {
  readonly framesPerSecond: number;
  /** From one frame to the next, in milliseconds. */
  readonly gapMs: { readonly p50: number; readonly p95: number; readonly max: number };
  /** Tasks that held the page up for longer than 50 ms, and the longest of them. */
  readonly longTasks: { readonly count: number; readonly maxMs: number };
  /** Of a second, how much the page's thread was at work, and how much of that in scripts. */
  readonly busyMsPerSecond: number;
  readonly scriptMsPerSecond: number;
}

/** Runs in the page. */
const WATCH = `(() => {
  const gaps = [];
  const tasks = [];
  let last = performance.now();
  let on = true;
  const step = (now) => {
    gaps.push(now - last);
    last = now;
    if (on) requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  const since = performance.now();
  globalThis.watched = () => {
    on = false;
    observer.disconnect();
    return { gaps: gaps.slice(1), tasks, seconds: (performance.now() - since) / 1000 };
  };
})()`;

/** How smooth the page is while `work` goes on. */
export async function watchFrames(page: Page, devtools: CDPSession, work: () => Promise<unknown>): Promise<Smoothness> {
  const before = await readMetrics(devtools);
  await page.evaluate(WATCH);
  await work();
  const { gaps, tasks, seconds }: { gaps: number[]; tasks: number[]; seconds: number } =
    await page.evaluate('watched()');
  const after = await readMetrics(devtools);
  const spent = (name: string) => round((((after[name] ?? 0) - (before[name] ?? 0)) * 1000) / seconds);
  return {
    framesPerSecond: round(gaps.length / seconds),
    gapMs: { p50: round(quantile(gaps, 0.5)), p95: round(quantile(gaps, 0.95)), max: round(Math.max(...gaps)) },
    longTasks: { count: tasks.length, maxMs: Math.max(0, ...tasks) },
    busyMsPerSecond: spent('TaskDuration'),
    scriptMsPerSecond: spent('ScriptDuration'),
  };
}

/** What the page holds after everything that can go has gone. */
export async function weigh(
  page: Page,
  devtools: CDPSession,
): Promise<{ readonly heapMB: number; readonly elements: number }> {
  // The first finds what only finalisers held.
  for (let i = 0; i < 2; i += 1) await devtools.send('HeapProfiler.collectGarbage');
  const { JSHeapUsedSize: heap = 0 } = await readMetrics(devtools);
  const elements: number = await page.evaluate("document.querySelectorAll('*').length");
  return { heapMB: round(heap / 1_000_000), elements };
}

async function readMetrics(devtools: CDPSession): Promise<Readonly<Record<string, number>>> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}
