import type { Model } from '../../../../model/schema.ts';
import type { Policy } from '../../../edge/policy.ts';
import { ask } from '../../control/ask.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { OUTCOME_NAMES } from '../../outcome-names.ts';
import { notice } from '../../controls/notice.ts';
import { MODEL_DESK } from '../../releases/desk.ts';
import { historyView } from '../../releases/history.ts';
import { policyBar } from '../../releases/policy-bar.ts';
import { rollout } from '../../releases/rollout.ts';
import { openShelf } from '../../shell/shelf.ts';
import type { View, ViewContext } from '../../shell/view.ts';
import { cardText } from './card-text.ts';
import { histogram } from './histogram.ts';
import { modelCard, weightTable } from './model-card.ts';
import { movedEvents } from './moved-events.ts';
import { previewThresholds } from './preview.ts';
import { pushModel } from './push-model.ts';
import { thresholdSliders, type Thresholds } from './thresholds.ts';

const REFRESH_MS = 5000;
const REST_MS = 300;

export const modelView: View = {
  id: 'model',
  title: 'Model',
  mount: (root, context) => mountModel(root, context),
};

/** Thresholds that are moved and not published yet outlive the view. */
const shelf = openShelf<Thresholds>();
const MOVED = 'thresholds';

function mountModel(root: HTMLElement, context: ViewContext): () => void {
  let thresholds: Thresholds | null = null;
  /** What the sliders say, where that is not what is in force. */
  let wanted: Thresholds | null = shelf.get(MOVED) ?? null;
  let shut = false;
  let resting: ReturnType<typeof setTimeout> | undefined;

  const said = element('div', { class: 'said' });
  const card = element('div', { class: 'model-columns' });
  const told = element('div', {});
  const chart = element('div', {});
  const preview = element('div', { 'aria-live': 'polite' });
  const moved = element('div', { 'aria-live': 'polite' });
  const sliders = element('div', {});
  const history = element('div', {});
  const bar = policyBar({
    discard: () => {
      move(null);
      drawSliders();
    },
    published: ({ seq }) => {
      announce(seq, 'thresholds changed');
      void loadPolicy();
    },
  });
  const push = pushModel((seq) => {
    announce(seq, 'the model is in force');
    void loadModel();
  });

  root.replaceChildren(
    element(
      'div',
      { class: 'releases-view' },
      element('div', { class: 'view-head' }, element('h1', {}, 'Model')),
      said,
      element(
        'section',
        { class: 'card scores' },
        element('h2', {}, 'Scores of live traffic'),
        chart,
        sliders,
        preview,
        moved,
      ),
      bar.node,
      card,
      told,
      push,
      element('section', { class: 'card' }, element('h2', {}, 'History of the model'), history),
    ),
  );

  function announce(seq: number, what: string): void {
    context.toast(`Release ${seq}: ${what}.`, 'done');
    said.replaceChildren(rollout(seq));
  }

  async function loadModel(): Promise<void> {
    const [reply, list] = await Promise.all([
      ask<{ readonly model: Model; readonly bundled: boolean; readonly hash: string }>('/admin/model'),
      historyView({
        desk: MODEL_DESK,
        rolledBack: ({ seq }) => {
          announce(seq, 'the model is what it was');
          void loadModel();
        },
      }),
    ]);
    if (shut) return;
    history.replaceChildren(list);
    if (reply.kind !== 'ok') return card.replaceChildren(notice(reply.text, 'problem'));
    const { model, bundled, hash } = reply.value;
    card.replaceChildren(
      modelCard(model, bundled ? 'the built-in one' : `release with hash ${hash.slice(0, 12)}`),
      weightTable(model),
    );
    const text = await cardText(model);
    if (!shut) told.replaceChildren(text);
  }

  async function loadPolicy(): Promise<void> {
    const reply = await ask<{ readonly policy: Policy }>('/admin/policy');
    if (shut) return;
    if (reply.kind !== 'ok') return sliders.replaceChildren(notice(reply.text, 'problem'));
    ({ thresholds } = reply.value.policy);
    drawSliders();
    move(wanted);
  }

  function drawSliders(): void {
    if (thresholds === null) return;
    const inForce = thresholds;
    sliders.replaceChildren(
      thresholdSliders(wanted ?? inForce, (moved) => {
        const same =
          moved.log === inForce.log && moved.challenge === inForce.challenge && moved.block === inForce.block;
        move(same ? null : moved);
      }),
    );
  }

  function move(to: Thresholds | null): void {
    wanted = to;
    shelf.put(MOVED, to ?? undefined);
    bar.show(
      to === null
        ? []
        : [
            {
              text: `log from ${to.log}, challenge from ${to.challenge}, block from ${to.block}`,
              apply: (policy) => ({ ...policy, thresholds: to }),
            },
          ],
    );
    drawScores();
    showMoved();
  }

  /** Asked once a slider rests: each answer is of hundreds of events. */
  function showMoved(): void {
    clearTimeout(resting);
    if (wanted === null) return moved.replaceChildren();
    resting = setTimeout(() => void askMoved(), REST_MS);
  }

  async function askMoved(): Promise<void> {
    const asked = wanted;
    if (asked === null) return;
    const shown = await movedEvents(asked);
    if (!shut && asked === wanted) moved.replaceChildren(...shown);
  }

  function drawScores(): void {
    if (thresholds === null) return;
    const { scores } = context.ledger.stats;
    if (scores === undefined) {
      chart.replaceChildren(
        notice('No request has been judged yet: the scores of your traffic appear here as it comes.'),
      );
      return preview.replaceChildren();
    }
    const bins = scores.open.map((n, at) => n + (scores.ruled[at] ?? 0));
    chart.replaceChildren(histogram(bins, wanted ?? thresholds));
    const rows = previewThresholds(scores, thresholds, wanted ?? thresholds);
    preview.replaceChildren(
      element(
        'p',
        { class: 'say hint' },
        wanted === null
          ? 'What became of the requests of the last hours. Move a threshold to see what would have become of them.'
          : 'What would have become of the requests of the last hours, to a twentieth of a score:',
      ),
      element(
        'ul',
        { class: 'preview' },
        ...rows.map(({ outcome, before, after }) =>
          element(
            'li',
            { 'data-outcome': outcome },
            element('span', { class: 'outcome' }, OUTCOME_NAMES[outcome] ?? outcome),
            element('b', {}, count.format(after)),
            after === before
              ? ''
              : element('small', {}, `${after > before ? '+' : '−'}${count.format(Math.abs(after - before))}`),
          ),
        ),
      ),
    );
  }

  void loadModel();
  void loadPolicy();
  const timer = setInterval(() => {
    if (!document.hidden) drawScores();
  }, REFRESH_MS);
  return () => {
    shut = true;
    clearInterval(timer);
  };
}
