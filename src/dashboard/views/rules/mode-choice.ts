import type { RulesetMode } from '../../../edge/policy.ts';
import { field, select } from '../../controls/field.ts';
import { element } from '../../dom.ts';
import { publishPolicy } from '../../releases/publish-policy.ts';
import type { Together } from '../../releases/together.ts';
import { withRulesetMode } from './rule-mode.ts';

const CHOICES = [
  ['detect', 'Only tell of them'],
  ['weigh', 'Weigh them in the score'],
  ['block', 'Block, as its rules say'],
] as const;

/** What it does, once it is in force. */
const DOES: Readonly<Record<RulesetMode, string>> = {
  block: 'blocks, as its rules say',
  weigh: 'weighs in the score and does not block',
  detect: 'only tells of its matches',
  off: 'is off',
};

/** Chooses what the matches of a ruleset do, where they only tell so far: it is published with the ruleset, by one press. */
export function modeChoice(name: string, current: RulesetMode): Together {
  let wanted: RulesetMode = current;
  const node = element('div', { class: 'mode-choice' });
  const choice = select('What its matches do', CHOICES, current, (value) => {
    wanted = CHOICES.find(([known]) => known === value)?.[0] ?? current;
  });
  node.append(field('Its matches', choice));
  node.hidden = current !== 'detect';
  return {
    node,
    publish: async (note) => {
      if (wanted === current) return null;
      const mode = wanted;
      const answer = await publishPolicy((policy) => withRulesetMode(policy, name, mode), note);
      if (answer.kind !== 'ok') {
        return {
          ok: false,
          text: `It ${DOES[current]}, as before, since the policy could not be changed. ${answer.text}`,
        };
      }
      wanted = current = mode;
      node.hidden = true;
      return { ok: true, seq: answer.value.seq, mode, text: `By release ${answer.value.seq} it ${DOES[mode]}.` };
    },
  };
}
