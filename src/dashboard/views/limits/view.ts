import type { Stats } from '../../../actors/contracts.ts';
import type { Policy, Route } from '../../../edge/policy.ts';
import { ask } from '../../control/ask.ts';
import { count } from '../../count.ts';
import { element } from '../../dom.ts';
import { button } from '../../controls/button.ts';
import { notice } from '../../controls/notice.ts';
import { POLICY_DESK } from '../../releases/desk.ts';
import { historyView } from '../../releases/history.ts';
import { policyBar, type PolicyChange } from '../../releases/policy-bar.ts';
import { openReleaseEditor, type ReleaseEditor } from '../../releases/release-editor.ts';
import { rollout } from '../../releases/rollout.ts';
import { openShelf } from '../../shell/shelf.ts';
import type { View, ViewContext } from '../../shell/view.ts';
import { keepSample, paceOf, type Sample } from './pace.ts';
import { NEW_ROUTE, routeForm } from './route-form.ts';
import { routeRows, withRoute } from './route-rows.ts';
import { routeTable, sayLimit } from './route-table.ts';

const REFRESH_MS = 5000;

export const limitsView: View = {
  id: 'limits',
  title: 'Rate limits',
  mount: (root, context) => mountLimits(root, context),
};

/** Routes that are changed and not published yet, by id; null: to be removed. They outlive the view. */
const shelf = openShelf<ReadonlyMap<string, { readonly route: Route | null; readonly isNew: boolean }>>();
const CHANGED = 'routes';

function mountLimits(root: HTMLElement, context: ViewContext): () => void {
  const pending = new Map(shelf.get(CHANGED));
  let policy: Policy | null = null;
  /** The release that the policy is of. */
  let known = -1;
  let samples: readonly Sample[] = [];
  let editor: ReleaseEditor | null = null;
  let shut = false;

  const figures = element('div', { class: 'limit-figures' });
  const said = element('div', { class: 'said' });
  const table = element('div', { class: 'routes-table' });
  const form = element('div', {});
  const history = element('div', {});
  const advanced = element('details', { class: 'card' }, element('summary', {}, 'The whole policy as JSON'));
  const editorHost = element('div', {});
  advanced.append(editorHost);
  const bar = policyBar({
    discard: () => {
      pending.clear();
      form.replaceChildren();
      choose();
    },
    published: ({ seq }, changes) => published(seq, changes.map(({ text }) => text).join(', ')),
  });

  root.replaceChildren(
    element(
      'div',
      { class: 'releases-view' },
      element(
        'div',
        { class: 'view-head' },
        element('h1', {}, 'Rate limits'),
        button('Add a route', () => edit(null)),
      ),
      said,
      figures,
      table,
      form,
      bar.node,
      element('section', { class: 'card' }, element('h2', {}, 'History of the policy'), history),
      advanced,
    ),
  );

  async function refresh(): Promise<void> {
    const { seq, stats } = context.ledger;
    if (policy === null || seq !== known) {
      const shown = await ask<{ readonly seq: number; readonly policy: Policy }>('/admin/policy');
      if (shut) return;
      if (shown.kind === 'ok') {
        ({ policy } = shown.value);
        known = shown.value.seq;
      } else if (policy === null) return table.replaceChildren(notice(shown.text, 'problem'));
    }
    samples = keepSample(samples, { at: Date.now(), counts: stats.byRoute });
    draw();
  }

  function draw(): void {
    if (policy === null) return;
    const { stats, events } = context.ledger;
    figures.replaceChildren(...limitFigures(stats));
    const focused = table.contains(document.activeElement)
      ? (document.activeElement?.getAttribute('data-route') ?? null)
      : null;
    table.replaceChildren(
      routeTable(routeRows(policy, stats, events), {
        pace: (id) => paceOf(samples, id),
        pending: (id) => pending.get(id)?.route,
        edit,
        showRefusals: (ip) => context.navigate('traffic', { ip, outcome: 'limit' }),
      }),
    );
    if (focused !== null) table.querySelector<HTMLElement>(`[data-route="${CSS.escape(focused)}"]`)?.focus();
  }

  function edit(route: Route | null): void {
    const isNew = route === null;
    form.replaceChildren(
      element(
        'section',
        { class: 'card', 'aria-label': isNew ? 'Add a route' : `Edit ${route.id}` },
        element('h2', {}, isNew ? 'Add a route' : `Route ${route.id}`),
        routeForm({
          route: route ?? NEW_ROUTE,
          isNew,
          cancel: () => form.replaceChildren(),
          done: (wanted) => {
            pending.set(wanted?.id ?? route?.id ?? '', { route: wanted, isNew });
            form.replaceChildren();
            choose();
          },
        }),
      ),
    );
    form.querySelector<HTMLInputElement>(isNew ? 'input' : 'input[type=number]')?.focus();
  }

  function choose(): void {
    shelf.put(CHANGED, pending.size === 0 ? undefined : pending);
    bar.show(
      [...pending].map(([id, { route, isNew }]): PolicyChange => ({
        text: route === null ? `remove ${id}` : `${isNew ? 'add ' : ''}${id}: ${sayLimit(route)}`,
        apply: (before) => withRoute(before, isNew ? null : id, route),
      })),
    );
    draw();
  }

  function published(seq: number, what: string): void {
    context.toast(`Release ${seq}: ${what}.`, 'done');
    said.replaceChildren(rollout(seq));
    known = -1;
    void refresh();
    void drawHistory();
    if (advanced.open) void openAdvanced();
  }

  async function drawHistory(): Promise<void> {
    const view = await historyView({
      desk: POLICY_DESK,
      rolledBack: ({ seq }) => published(seq, 'the policy is what it was'),
    });
    if (!shut) history.replaceChildren(view);
  }

  async function openAdvanced(): Promise<void> {
    const opened = await openReleaseEditor({
      desk: POLICY_DESK,
      published: ({ seq }) => published(seq, 'the policy is published'),
    });
    if (shut) return;
    editor?.destroy();
    editor = opened instanceof HTMLElement ? null : opened;
    editorHost.replaceChildren(opened instanceof HTMLElement ? opened : opened.node);
  }

  advanced.addEventListener('toggle', () => {
    if (advanced.open) void openAdvanced();
  });
  choose();
  void refresh();
  void drawHistory();
  const timer = setInterval(() => {
    if (!document.hidden) void refresh();
  }, REFRESH_MS);
  return () => {
    shut = true;
    clearInterval(timer);
    editor?.destroy();
  };
}

const HOUR_MS = 3_600_000;

/** How hard the limits are pressed altogether. */
function limitFigures({ minutes, byOutcome }: Stats): readonly HTMLElement[] {
  const now = Date.now();
  const lastHour = minutes.filter(({ at }) => now - at < HOUR_MS);
  const all = lastHour.reduce((sum, { outcomes }) => sum + Object.values(outcomes).reduce((a, b) => a + b, 0), 0);
  const refused = limited(lastHour);
  const share =
    all === 0 ? '–' : `${((refused / all) * 100).toLocaleString(undefined, { maximumFractionDigits: 1 })} %`;
  return [
    figure(count.format(refused), 'refused in the last hour'),
    figure(share, 'of the last hour’s requests'),
    figure(count.format(limited(minutes)), 'refused in the last 24 hours'),
    figure(count.format(byOutcome['limit'] ?? 0), 'refused in all'),
  ];
}

function limited(minutes: Stats['minutes']): number {
  return minutes.reduce((sum, { outcomes }) => sum + (outcomes['limit'] ?? 0), 0);
}

function figure(value: string, what: string): HTMLElement {
  return element('div', { class: 'limit-figure' }, element('b', {}, value), element('span', {}, what));
}
