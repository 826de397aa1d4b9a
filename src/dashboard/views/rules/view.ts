import { rulesetUse } from '../../../edge/active-rulesets.ts';
import { element } from '../../dom.ts';
import { button } from '../../controls/button.ts';
import { field, select } from '../../controls/field.ts';
import { notice } from '../../controls/notice.ts';
import type { Published } from '../../releases/published.ts';
import { deskName, rulesetDesk } from '../../releases/desk.ts';
import { hasDraft } from '../../releases/draft.ts';
import { historyView } from '../../releases/history.ts';
import { openReleaseEditor } from '../../releases/release-editor.ts';
import { rollout } from '../../releases/rollout.ts';
import { tabList } from '../../releases/tabs.ts';
import { bindKeys } from '../../shell/keys.ts';
import type { View, ViewContext } from '../../shell/view.ts';
import { aboutRule } from './about-rule.ts';
import { exclusionsTab } from './exclusions-tab.ts';
import { modeChoice } from './mode-choice.ts';
import { newRuleset, OWN_RULESET, untouchedRules, withNewRule } from './new-rule.ts';
import { readPlace, writePlace, type Place } from './place.ts';
import { loadRules, type RulesData } from './rules-data.ts';
import { rulesTab } from './rules-tab.ts';
import { testBox } from './test-box.ts';
import { tryRules } from './trial.ts';

/** Hits and last hits grow meanwhile; releases are told by the ledger at once. */
const REFRESH_MS = 5000;
const TABS = [
  { id: 'table', title: 'Rules' },
  { id: 'test', title: 'Test' },
  { id: 'edit', title: 'Editor' },
  { id: 'exclusions', title: 'Exclusions' },
  { id: 'history', title: 'History' },
] as const;

/** In the place of a rule's index: one to be written. */
const NEW = 'new';

export const rulesView: View = {
  id: 'rules',
  title: 'Rules',
  mount: (root, context) => new RulesPage(root, context).open(),
};

class RulesPage {
  readonly #context: ViewContext;
  readonly #head = element('div', { class: 'view-head' });
  readonly #said = element('div', { class: 'said' });
  readonly #panel = element('div', { id: 'tab-panel', role: 'tabpanel' });
  #data: RulesData | null = null;
  #place: Place;
  /** Of the tab that is open: what to do when there is newer data, and when it is left. */
  #draw: (data: RulesData) => void = () => {};
  #leave: () => void = () => {};
  #shut = false;

  constructor(root: HTMLElement, context: ViewContext) {
    this.#context = context;
    this.#place = readPlace();
    root.replaceChildren(element('div', { class: 'releases-view' }, this.#head, this.#said, this.#panel));
  }

  open(): () => void {
    void this.#refresh().then(() => this.#show(this.#place));
    const timer = setInterval(() => {
      if (!document.hidden && this.#place.tab === 'table') void this.#refresh();
    }, REFRESH_MS);
    return () => {
      this.#shut = true;
      clearInterval(timer);
      this.#leave();
    };
  }

  async #refresh(): Promise<void> {
    const reply = await loadRules(this.#context.ledger, this.#data);
    if (this.#shut) return;
    if (reply.kind === 'ok') {
      this.#data = reply.value;
      this.#draw(reply.value);
    } else if (this.#data === null) this.#panel.replaceChildren(notice(reply.text, 'problem'));
  }

  #go(place: Place): void {
    writePlace(place);
    this.#show(place);
  }

  #show(place: Place): void {
    if (this.#data === null || this.#shut) return;
    this.#place = place;
    this.#leave();
    this.#leave = () => {};
    this.#draw = () => {};
    this.#drawHead();
    switch (place.tab) {
      case 'test':
        return this.#showTest();
      case 'edit':
        return void this.#showEditor(place.ruleset ?? this.#names()[0] ?? OWN_RULESET);
      case 'exclusions':
        return this.#showExclusions();
      case 'history':
        return void this.#showHistory(place.ruleset ?? this.#names()[0] ?? OWN_RULESET);
      default:
        return this.#showTable();
    }
  }

  #drawHead(): void {
    const tabs = tabList('Parts of the rules', TABS, this.#place.tab, (tab) => {
      const { ruleset } = this.#place;
      this.#go({ tab, ...(ruleset !== undefined && { ruleset }) });
    });
    this.#head.replaceChildren(element('h1', {}, 'Rules'), tabs);
    this.#panel.setAttribute('aria-labelledby', `tab-${this.#place.tab}`);
  }

  #showTable(): void {
    const { rule } = this.#place;
    const tab = rulesTab({
      events: () => this.#context.ledger.events,
      edit: (ruleset, index) => this.#go({ tab: 'edit', ruleset, rule: String(index) }),
      create: () => this.#go({ tab: 'edit', ruleset: OWN_RULESET, rule: NEW }),
      showExclusions: (ruleset, rule) => this.#go({ tab: 'exclusions', ruleset, rule }),
      showEvents: (id) => this.#context.navigate('traffic', { rule: id }),
      published: (result, what) => this.#published(result, what),
      ...(rule !== undefined && { rule }),
    });
    this.#panel.replaceChildren(tab.node);
    this.#draw = tab.draw;
    this.#leave = bindKeys([{ key: '/', title: 'Search the rules', run: () => tab.search() }]);
    if (this.#data !== null) tab.draw(this.#data);
  }

  #showExclusions(): void {
    this.#panel.replaceChildren(
      exclusionsTab({
        toast: this.#context.toast,
        ...aboutRule(this.#data, this.#place, () => this.#go({ tab: 'exclusions' })),
        changed: (seq) => {
          this.#said.replaceChildren(rollout(seq));
          void this.#refresh();
        },
      }),
    );
  }

  #showTest(): void {
    const { event } = this.#place;
    const box = testBox({
      events: () => this.#context.ledger.events,
      openRule: (ruleset, rule) => this.#go({ tab: 'table', ruleset, rule }),
      seq: () => this.#context.ledger.seq,
      drafts: this.#rulesets().filter((name) => hasDraft(deskName(rulesetDesk(name)))),
      ...(event !== undefined && { event }),
    });
    this.#panel.replaceChildren(box);
  }

  async #showEditor(name: string): Promise<void> {
    this.#panel.replaceChildren(notice('Loading the editor…'));
    const { rule } = this.#place;
    const known = this.#names().includes(name);
    const editor = await openReleaseEditor({
      desk: rulesetDesk(name),
      ...(!known && { draft: newRuleset() }),
      trial: (draft, { changes: { added, altered } }) =>
        tryRules(draft, [...added, ...altered], (event) => this.#go({ tab: 'test', event })),
      unfit: untouchedRules,
      together: modeChoice(name, rulesetUse(name, this.#data?.policy ?? {}).mode),
      published: (result) => this.#published(result, name),
    });
    if (this.#shut || this.#place.tab !== 'edit') return;
    if (editor instanceof HTMLElement) return this.#panel.replaceChildren(editor);
    this.#leave = () => editor.destroy();
    const add = () => {
      let index = -1;
      editor.edit((data) => {
        const more = withNewRule(data);
        index = more?.index ?? -1;
        return more?.data ?? data;
      });
      if (index >= 0) editor.show(`rules.${index}`);
    };
    this.#panel.replaceChildren(
      element('div', { class: 'editor-head' }, this.#rulesetPicker('edit', name), button('Add a rule', add)),
      editor.node,
    );
    // A ruleset that is new begins with a rule to change.
    if (rule === NEW && known) add();
    else if (rule === NEW) editor.show('rules.0');
    // Whoever comes back to this address finds the rule that was added, and wants no other.
    if (rule === NEW) writePlace({ tab: 'edit', ruleset: name });
    else if (rule !== undefined) editor.show(`rules.${rule}`);
  }

  async #showHistory(name: string): Promise<void> {
    this.#panel.replaceChildren(notice('Loading the history…'));
    const history = await historyView({
      desk: rulesetDesk(name),
      rolledBack: (result, removed) => this.#published(result, `${name} is ${removed ? 'removed' : 'what it was'}`),
    });
    if (this.#shut || this.#place.tab !== 'history') return;
    this.#panel.replaceChildren(
      element('div', { class: 'editor-head' }, this.#rulesetPicker('history', name)),
      history,
    );
  }

  #rulesetPicker(tab: string, name: string): HTMLElement {
    const names = this.#names();
    const choices = this.#rulesets(name).map((one): readonly [string, string] => [
      one,
      names.includes(one) ? one : `${one} (${one === OWN_RULESET ? 'new: your own rules' : 'not in force'})`,
    ]);
    return field(
      'Ruleset',
      select('Ruleset', choices, name, (ruleset) => this.#go({ tab, ruleset })),
    );
  }

  /** Those that can be edited; `shown` may have been taken out of force. */
  #rulesets(shown = OWN_RULESET): readonly string[] {
    return [...new Set([...this.#names(), OWN_RULESET, shown])];
  }

  #names(): readonly string[] {
    return this.#data?.rulesets.map(({ listed }) => listed.name) ?? [];
  }

  #published({ seq, mode }: Pick<Published, 'seq' | 'mode'>, what: string): void {
    this.#context.toast(`Release ${seq}: ${what}.`, 'done');
    this.#said.replaceChildren(rollout(seq), ...(mode === 'detect' ? [this.#tellsOnly(what)] : []));
    this.#data = this.#data === null ? null : { ...this.#data, seq: -1 };
    void this.#refreshAfter();
  }

  /** What is pushed blocks nothing until the policy says so: whoever does not know waits for it in vain. */
  #tellsOnly(ruleset: string): HTMLElement {
    return element(
      'p',
      { class: 'say hint' },
      `${ruleset} only tells of its matches until you let it block. `,
      button('Set its mode', () => this.#go({ tab: 'table', ruleset }), 'link'),
    );
  }

  async #refreshAfter(): Promise<void> {
    await this.#refresh();
    // A new ruleset has a place among the others now.
    const { tab, ruleset = this.#names()[0] ?? OWN_RULESET } = this.#place;
    if (tab === 'edit') this.#panel.querySelector('.field')?.replaceWith(this.#rulesetPicker('edit', ruleset));
    if (tab === 'history') await this.#showHistory(ruleset);
  }
}
