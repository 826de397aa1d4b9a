import { bundleWorker, root } from '../../../scripts/local/bundle.ts';
import { PAGE_LIMIT, type PageSizes } from '../../../scripts/local/page-size.ts';
import { startShield } from '../../../scripts/local/shield.ts';
import { BUNDLE_LIMIT, gzipSize } from '../../../scripts/local/size.ts';
import { AdminClient } from '../../support/node/admin-client.ts';
import { findChromium } from '../../support/node/chromium.ts';
import { type Bar, bar, round } from '../report.ts';
import { measureFanOut } from './fan-out.ts';
import { measurePage } from './page.ts';
import { Publisher } from './publisher.ts';
import { recordEvents } from './recorded.ts';

/** Nobody listens there: feeds are not what is measured. */
const NO_FEEDS = 'http://127.0.0.1:9';

/** The dashboard: a thousand of them on the bus, the page in a browser, and what is sent there. `shipped`: the Worker's bundle. */
export async function measureDashboard(
  options: { readonly key: string; readonly origin: string; readonly shipped: string; readonly page: PageSizes },
  tell: (line: string) => void,
): Promise<{ readonly figures: object; readonly bars: readonly Bar[] }> {
  const { key, shipped } = options;
  const shield = await startShield({
    script: await bundleWorker(`${root}test/bench/workers/publishing.ts`),
    direct: true,
    bindings: { ADMIN_API_KEY: key, ORIGIN_URL: options.origin, FEED_MIRROR: NO_FEEDS },
    onLog: (level, message) => (level === 'error' ? tell(`worker: ${message}`) : undefined),
  });
  const admin = new AdminClient(shield.url, key);
  const publisher = new Publisher(shield.url, await recordEvents(shield.url, admin));
  try {
    const fanOut = await measureFanOut({ url: shield.url, key, admin }, publisher, tell);
    const chromium = findChromium();
    if (chromium === null) tell('page: no Chromium here (CHROMIUM names one): the page is not measured');
    const page = chromium === null ? null : await measurePage(chromium, { url: shield.url, key }, publisher, tell);
    const sizes = {
      workerGzipKB: kilobytes(gzipSize(shipped)),
      firstLoadGzipKB: kilobytes(options.page.firstLoad),
      lazyGzipKB: Object.fromEntries(Object.entries(options.page.lazy).map(([name, size]) => [name, kilobytes(size)])),
    };
    return {
      figures: { fanOut, ...(page && { page }), sizes },
      bars: [
        bar('a publisher, 1,000 dashboards against none', fanOut.publisher.callMs.ratio, 'x', '<=', 1.1),
        bar('events lost or doubled on 1,000 sockets', fanOut.lost + fanOut.doubled + fanOut.fallen, '', '<=', 0),
        bar('delivery to 1,000 sockets, p99', fanOut.deliveryMs.p99 / 1000, 's', '<=', 1),
        ...(page === null
          ? []
          : [
              bar('frames at 200 events/s against rest', page.traffic.frameRatio, 'x', '>=', 0.9),
              bar('page memory, 60,000 events against 5,000', page.memory.heapRatio, 'x', '<=', 1.3),
              bar('page elements, 60,000 events against 5,000', page.memory.elementRatio, 'x', '<=', 1.3),
              bar('events the page missed or had twice', page.events.gaps + page.events.again, '', '<=', 0),
            ]),
        bar('Worker bundle, gzip', sizes.workerGzipKB, 'KB', '<=', BUNDLE_LIMIT / 1024),
        bar("dashboard's first load, gzip", sizes.firstLoadGzipKB, 'KB', '<=', PAGE_LIMIT / 1024),
      ],
    };
  } finally {
    publisher.close();
    await shield.stop();
  }
}

function kilobytes(bytes: number): number {
  return round(bytes / 1024);
}
