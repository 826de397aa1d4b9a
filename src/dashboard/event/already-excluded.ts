import type { NumberedEvent, ReleaseRecord } from '../../actors/contracts.ts';
import type { Exclusion } from '../../edge/exclusions/schema.ts';
import { ask } from '../control/ask.ts';
import { button } from '../controls/button.ts';
import { element } from '../dom.ts';
import { placeOf } from '../shell/place.ts';
import { moment } from '../status/moment.ts';
import { listExclusions, noteMark, withdrawExclusion } from './exclusion-acts.ts';

/** As many policies as are looked through for who published an exclusion, and when. */
const LOOKED_THROUGH = 200;
const day = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

export interface AlreadyExcluded {
  readonly node: HTMLElement;
  /** Looks at the policy in force, and shows which of its exclusions cover the draft; answers them. */
  look(): Promise<readonly Exclusion[]>;
}

/** The exclusions that let an event's request pass already: a second one beside them would do nothing, and outlive them. */
export function alreadyExcluded(
  event: NumberedEvent,
  draft: Exclusion,
  removed: (said: string) => Promise<void>,
): AlreadyExcluded {
  const node = element('ul', { class: 'already', 'aria-label': 'Excluded already', hidden: '' });

  async function look(): Promise<readonly Exclusion[]> {
    // It reads patterns as the shield does, with the rules' own reader: nobody waits for that before an event is a false positive.
    const [listed, covering] = await Promise.all([listExclusions(), import('./covering.ts').catch(() => null)]);
    // Who cannot be told of a duplicate may still publish: the door takes it.
    const found =
      listed.kind === 'ok' && covering !== null
        ? listed.value.flatMap(({ exclusion, state }) =>
            state === 'active' && covering.covers(exclusion, draft, event) ? exclusion : [],
          )
        : [];
    const releases = found.length === 0 ? [] : await policies();
    node.replaceChildren(...found.map((exclusion) => describe(exclusion, releases)));
    node.hidden = found.length === 0;
    return found;
  }

  function describe(exclusion: Exclusion, releases: readonly ReleaseRecord[]): HTMLElement {
    const release = releases.find(({ note }) => note.includes(noteMark(exclusion)));
    const take = button('Remove', async () => {
      const answer = await withdrawExclusion(exclusion);
      await removed(answer.kind === 'ok' ? `${exclusion.id} is removed: its rules match there again.` : answer.text);
    });
    take.setAttribute('aria-label', `Remove ${exclusion.id}`);
    return element(
      'li',
      {},
      element(
        'p',
        {},
        element('b', {}, 'Excluded'),
        ...(release === undefined ? [] : [' since ', moment(release.at, ''), ` by ${release.author}`]),
        exclusion.expires === undefined ? ', without an end' : `, until ${day.format(Date.parse(exclusion.expires))}`,
        ', as ',
        element('a', { href: placeOf('rules', { tab: 'exclusions' }), 'data-view': 'rules' }, exclusion.id),
        `: ${exclusion.reason}`,
      ),
      take,
    );
  }

  return { node, look };
}

async function policies(): Promise<readonly ReleaseRecord[]> {
  const answer = await ask<{ readonly releases: readonly ReleaseRecord[] }>(
    `/admin/releases?kind=policy&limit=${LOOKED_THROUGH}`,
  );
  return answer.kind === 'ok' ? answer.value.releases : [];
}
