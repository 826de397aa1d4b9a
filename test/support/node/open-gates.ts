import { ALWAYS, type PreparedRuleset } from '../../../src/edge/waf/prepared-ruleset.ts';

/** The same ruleset without a prefilter: no gate needs a literal, and every transformation is done. */
export function openGates(ruleset: PreparedRuleset): PreparedRuleset {
  const { prepared } = ruleset;
  return {
    ...ruleset,
    prepared: {
      ...prepared,
      chains: prepared.chains.map((chain, index) => (index === 0 ? chain : { ...chain, trigger: ALWAYS })),
      rules: prepared.rules.map((links) =>
        links.map((link) => ({ ...link, branches: link.branches.map((branch) => ({ ...branch, needs: [] })) })),
      ),
    },
  };
}
