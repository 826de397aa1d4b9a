import { setTimeout as sleep } from 'node:timers/promises';
import { inflateRawSync } from 'node:zlib';
import { chromium, type Page, type WebSocket as PageSocket } from 'playwright-core';
import type { BusMessage } from '../../../src/actors/contracts.ts';
import { round } from '../report.ts';
import { watchFrames, weigh } from './frames.ts';
import type { Publisher } from './publisher.ts';

const RATE = 200;
/** The page is watched at rest, and then while events come, each for so long. */
const REST_SECONDS = 8;
const LIVE_SECONDS = 20;
/** Its memory is weighed when so many events have passed through it, and again at the end. */
const EARLY = 5000;
const ALL = 60_000;
/** The rest is told faster, as much at once as the bus takes: what a page holds does not depend on the pace. */
const BATCH = 100;
const BATCH_EVERY_MS = 60;
/** As many rows as the page keeps. */
const ROWS = 500;
const PATIENCE_MS = 60_000;

/** The real page in Chromium: its frames at 200 events a second, and what it holds after 60,000. */
export async function measurePage(
  executablePath: string,
  shield: { readonly url: string; readonly key: string },
  publisher: Publisher,
  tell: (line: string) => void,
) {
  // Containers seldom allow Chromium its own sandbox; it opens this shield's page alone.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const heard = hear(page);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    await page.goto(`${shield.url}/dashboard/traffic`);
    await page.fill('#key', shield.key);
    await page.click('#sign-in button');
    await page.waitForSelector('#connection[data-state=live]');
    const until = (events: number) => waitFor(() => heard.events >= events);

    await push(publisher, ROWS);
    await until(ROWS);
    const first = heard.events;
    const rest = await watchFrames(page, devtools, () => sleep(REST_SECONDS * 1000));
    const live = await watchFrames(page, devtools, () => publisher.run(RATE, LIVE_SECONDS));
    tell(`page, traffic: ${live.framesPerSecond} frames/s at ${RATE} events/s, ${rest.framesPerSecond} at rest`);
    await push(publisher, first + EARLY - heard.events);
    await until(first + EARLY);
    const early = await weigh(page, devtools);
    await push(publisher, first + ALL - heard.events);
    await until(first + ALL);
    const late = await weigh(page, devtools);
    tell(`page: ${early.heapMB} MB after ${EARLY} events, ${late.heapMB} MB after ${ALL}`);
    const rows = await page.locator('#events .event').count();

    await page.click('nav a[data-view=map]');
    await page.waitForSelector('.geo-panel canvas');
    await sleep(3000);
    const mapRest = await watchFrames(page, devtools, () => sleep(REST_SECONDS * 1000));
    const mapLive = await watchFrames(page, devtools, () => publisher.run(RATE, LIVE_SECONDS / 2));
    tell(`page, map: ${mapLive.framesPerSecond} frames/s at ${RATE} events/s, ${mapRest.framesPerSecond} at rest`);
    return {
      browser: browser.version(),
      traffic: { rest, live, frameRatio: round(live.framesPerSecond / rest.framesPerSecond), rows },
      map: { rest: mapRest, live: mapLive, frameRatio: round(mapLive.framesPerSecond / mapRest.framesPerSecond) },
      memory: {
        [`after${EARLY}`]: early,
        [`after${ALL}`]: late,
        heapRatio: round(late.heapMB / early.heapMB),
        elementRatio: round(late.elements / early.elements),
      },
      events: { heard: heard.events, gaps: heard.gaps, again: heard.again },
    };
  } finally {
    await browser.close();
  }
}

async function push(publisher: Publisher, events: number): Promise<void> {
  for (let left = events; left > 0; left -= BATCH) {
    await publisher.publish(Math.min(BATCH, left));
    await sleep(BATCH_EVERY_MS);
  }
}

/** What comes into the page on its socket, read beside it. */
function hear(page: Page): { events: number; gaps: number; again: number } {
  const heard = { events: 0, gaps: 0, again: 0 };
  let last = 0;
  page.on('websocket', (socket: PageSocket) => {
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload === 'string') return;
      const messages: readonly BusMessage[] = JSON.parse(inflateRawSync(payload).toString());
      for (const message of messages) {
        if (message.type !== 'events') continue;
        for (const { n } of message.events) {
          if (n <= last) heard.again += 1;
          else if (last > 0) heard.gaps += n - last - 1;
          last = Math.max(last, n);
          heard.events += 1;
        }
      }
    });
  });
  return heard;
}

async function waitFor(done: () => boolean): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!done()) {
    if (Date.now() > until) throw new Error('the page did not hear of all events');
    await sleep(50);
  }
}
