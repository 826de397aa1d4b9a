import type { ReleaseRecord } from '../../actors/contracts.ts';
import type { Answer } from '../control/answer.ts';
import { ask, order, PATIENT_MS, remove } from '../control/ask.ts';
import { element } from '../dom.ts';
import { moment } from '../status/moment.ts';
import { button, cautiousButton } from '../controls/button.ts';
import { notice } from '../controls/notice.ts';
import type { Published } from './published.ts';
import type { Desk } from './desk.ts';
import { diffView } from './diff-view.ts';
import { noteQuery } from './publish-policy.ts';

/** As many as the control plane answers at once. */
const ASKED = 200;

interface HistoryOptions {
  readonly desk: Desk;
  /** A release was taken back, or all of them: what is shown elsewhere is old. */
  readonly rolledBack: (result: Pick<Published, 'seq'>, removed: boolean) => void;
}

/** The releases of a desk, newest first, each with what it changed and the way back to it. */
export async function historyView({ desk, rolledBack }: HistoryOptions): Promise<HTMLElement> {
  const reply = await ask<{ readonly releases: readonly ReleaseRecord[] }>(
    `/admin/releases?kind=${desk.kind}&limit=${ASKED}`,
  );
  if (reply.kind !== 'ok') return notice(reply.text, 'problem');
  const releases = reply.value.releases.filter(({ ruleset }) => (ruleset ?? desk.ruleset) === desk.ruleset);
  if (releases.length === 0)
    return notice(
      desk.builtIn
        ? `The ${desk.title} in force is the built-in one: nothing was published yet. What you publish is listed here.`
        : `There is no ${desk.title} yet. What you publish under this name is listed here.`,
    );

  const rows = releases.map((release, at) => {
    const previous = releases[at + 1];
    const shown = element('div', { class: 'opened' });
    const diff = button('What changed', async () => {
      if (shown.childElementCount > 0) return shown.replaceChildren();
      shown.replaceChildren(await compare(desk, previous?.hash, release.hash));
    });
    const current = at === 0;
    const back = cautiousButton('Roll back to this', 'Press again to roll back', async () => {
      const answer = await order<Published>(`/admin/releases/${release.seq}/rollback`);
      if (answer.kind === 'ok') rolledBack(answer.value, false);
      else shown.replaceChildren(notice(answer.text, 'problem'));
    });
    const removed = release.hash === '';
    return element(
      'li',
      { 'data-current': String(current) },
      element(
        'div',
        { class: 'release-line' },
        element('b', { class: 'seq' }, `#${release.seq}`),
        element('span', { class: 'why' }, release.note === '' ? 'no note' : release.note),
        element('span', { class: 'by' }, `${release.author}, `, moment(release.at, '')),
        current ? element('span', { class: 'tag good' }, removed ? sayNone(desk) : 'in force') : '',
        element('span', { class: 'acts' }, diff, ...(current || removed ? [] : [back])),
      ),
      shown,
    );
  });
  const isOut = releases[0]?.hash === '';
  return element('ol', { class: 'releases history' }, ...rows, firstRow(desk, isOut, rolledBack));
}

/** What was in force before anything was published: the way back from the first release too. */
function firstRow(desk: Desk, isOut: boolean, rolledBack: HistoryOptions['rolledBack']): HTMLElement {
  const shown = element('div', { class: 'opened' });
  const question = desk.builtIn ? 'Press again to roll back' : 'Press again to remove it';
  const back = cautiousButton('Roll back to this', question, async () => {
    const answer = await toFirst(desk);
    if (answer.kind !== 'ok') shown.replaceChildren(notice(answer.text, 'problem'));
    else if (!answer.value.changed) shown.replaceChildren(notice('It is what is in force already.'));
    else rolledBack(answer.value, !desk.builtIn);
  });
  return element(
    'li',
    { 'data-first': 'true' },
    element(
      'div',
      { class: 'release-line' },
      element('b', { class: 'seq' }, '–'),
      element('span', { class: 'why' }, desk.builtIn ? 'built in' : 'before: none'),
      element('span', { class: 'by' }, desk.builtIn ? 'came with the shield' : `there was no ${desk.title}`),
      element('span', { class: 'acts' }, ...(isOut ? [] : [back])),
    ),
    shown,
  );
}

/** A ruleset is taken out of force; of the others there is always one, so the built-in one is published again. */
async function toFirst(desk: Desk): Promise<Answer<Pick<Published, 'seq' | 'changed'>>> {
  if (desk.kind === 'ruleset') {
    const answer = await remove<{ readonly removed: boolean; readonly seq: number }>(desk.show);
    return answer.kind === 'ok'
      ? { kind: 'ok', value: { seq: answer.value.seq, changed: answer.value.removed } }
      : answer;
  }
  const first = await firstBody(desk);
  if (first.kind !== 'ok') return first;
  return order<Published>(`${desk.reload}${noteQuery(`back to the built-in ${desk.title}`)}`, first.value);
}

function sayNone(desk: Desk): string {
  return desk.builtIn ? 'built-in in force' : 'none in force';
}

async function compare(desk: Desk, before: string | undefined, after: string): Promise<HTMLElement> {
  const [old, young] = await Promise.all([bodyOf(desk, before), bodyOf(desk, after)]);
  if (old.kind !== 'ok') return notice(old.text, 'problem');
  return young.kind === 'ok' ? diffView(old.value, young.value) : notice(young.text, 'problem');
}

/** Of a release by its hash; where there is none, the built-in one. */
async function bodyOf(desk: Desk, hash: string | undefined): Promise<Answer<unknown>> {
  if (hash !== undefined && hash !== '') {
    const reply = await ask<{ readonly body: unknown }>(`/admin/releases/${hash}/body`, PATIENT_MS);
    return reply.kind === 'ok' ? { kind: 'ok', value: reply.value.body } : reply;
  }
  // A ruleset of one's own begins with nothing.
  return desk.builtIn ? firstBody(desk) : { kind: 'ok', value: undefined };
}

async function firstBody(desk: Desk): Promise<Answer<unknown>> {
  const reply = await ask<Record<string, unknown>>(`${desk.show}?bundled=1`, PATIENT_MS);
  return reply.kind === 'ok' ? { kind: 'ok', value: reply.value[desk.key] } : reply;
}
