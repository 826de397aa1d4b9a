import { element } from '../../dom.ts';
import type { View } from '../../shell/view.ts';
import { openEnforcement } from '../../status/enforcement.ts';

/** Threat intelligence and what is enforced of it: the same parts as the page at `/status`. */
export const intelligenceView: View = {
  id: 'intelligence',
  title: 'Intelligence',
  mount(root) {
    const page = element('div', {});
    root.append(page);
    return openEnforcement(page);
  },
};
