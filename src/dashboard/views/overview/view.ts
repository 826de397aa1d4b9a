import type { EnforcementStatus } from '../../../actors/contracts.ts';
import { ask } from '../../control/ask.ts';
import { element } from '../../dom.ts';
import { placeOf } from '../../shell/place.ts';
import type { View, ViewContext } from '../../shell/view.ts';
import { OverviewPanel } from './overview-panel.ts';
import { SPAN_NAMES } from './time-bins.ts';

/** Runs of the enforcement engine are half an hour apart. */
const ENFORCEMENT_MS = 60_000;

export const overviewView: View = { id: 'overview', title: 'Overview', mount };

function mount(root: HTMLElement, { ledger, navigate }: ViewContext): () => void {
  root.append(element('h1', { class: 'unseen' }, 'Overview'));
  const asked = new URLSearchParams(location.search).get('span');
  const panel = new OverviewPanel(
    root,
    (filter, value) => navigate('traffic', { [filter]: value }),
    SPAN_NAMES.find((name) => name === asked) ?? 'hour',
    (span) => history.replaceState(null, '', placeOf('overview', span === 'hour' ? {} : { span })),
  );
  let gone = false;
  let drawn: unknown = null;

  const draw = () => {
    // Events come four times a second and change nothing here.
    if (drawn === ledger.stats) return;
    drawn = ledger.stats;
    panel.draw(ledger.stats, ledger.events);
  };
  const askEnforcement = async () => {
    const answer = await ask<EnforcementStatus>('/enforcement/status');
    if (!gone) panel.drawEnforcement(answer.kind === 'ok' ? answer.value : null);
  };

  draw();
  void askEnforcement();
  const unsubscribe = ledger.subscribe(draw);
  const timer = setInterval(() => void askEnforcement(), ENFORCEMENT_MS);
  return () => {
    gone = true;
    clearInterval(timer);
    unsubscribe();
    panel.close();
  };
}
