import type { EnforcementStatus } from '../../../actors/contracts.ts';
import { element } from '../../dom.ts';
import type { View, ViewContext } from '../../shell/view.ts';
import { OverviewPanel } from './overview-panel.ts';

/** Runs of the enforcement engine are half an hour apart. */
const ENFORCEMENT_MS = 60_000;

export const overviewView: View = { id: 'overview', title: 'Overview', mount };

function mount(root: HTMLElement, { ledger, navigate }: ViewContext): () => void {
  root.append(element('h1', { class: 'sr-only' }, 'Overview'));
  const panel = new OverviewPanel(root, (filter, value) => navigate('traffic', { [filter]: value }));
  let gone = false;
  let drawn: unknown = null;

  const draw = () => {
    // Events come four times a second and change nothing here.
    if (drawn === ledger.stats) return;
    drawn = ledger.stats;
    panel.draw(ledger.stats, ledger.events);
  };
  const ask = async () => {
    const response = await fetch('/enforcement/status').catch(() => null);
    const status: EnforcementStatus | null = response?.ok === true ? await response.json() : null;
    if (!gone) panel.drawEnforcement(status);
  };

  draw();
  void ask();
  const unsubscribe = ledger.subscribe(draw);
  const timer = setInterval(() => void ask(), ENFORCEMENT_MS);
  return () => {
    gone = true;
    clearInterval(timer);
    unsubscribe();
    panel.close();
  };
}
