import { element } from '../../dom.ts';
import type { View } from '../../shell/view.ts';
import { keepMoments } from '../../status/moment.ts';
import { mountAddress } from './address.ts';
import { mountList } from './list.ts';

const TICK_MS = 1000;

/** The blocklist, or with `?ip=` everything that is known of one address. */
export const blocklistView: View = {
  id: 'blocklist',
  title: 'Blocklist',
  mount(root, context) {
    const ip = new URLSearchParams(location.search).get('ip');
    const page = element('div', { class: 'status desk' });
    root.append(page);
    const end = ip === null ? mountList(page, context) : mountAddress(page, context, ip);
    const timer = setInterval(keepMoments, TICK_MS);
    return () => {
      clearInterval(timer);
      end();
    };
  },
};
