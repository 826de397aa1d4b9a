import { expect, test } from 'vitest';
import { TRANSFORMATIONS } from '../../../rules/schema.ts';
import { NEVER } from '../../../src/edge/waf/prepared-ruleset.ts';
import { TransformationChains } from '../../../src/edge/waf/transformation-chains.ts';
import { TRANSFORMS } from '../../../src/edge/waf/transformations/transform.ts';

const TEXTS = ['', 'orange', 'IF X1==Y GOTO End', 'Ä\u00ff', 'SELECT a FROM b'];

/** Transformations that some texts pass unchanged, but for the case of letters. */
const QUIET = TRANSFORMATIONS.filter((step) => TRANSFORMS[step].triggers !== null);

test.each(QUIET)('%s, alone and behind others, is what it would be also where no trigger calls for it', (step) => {
  for (const first of QUIET) {
    const chains = new TransformationChains([
      { parent: -1, step: null, trigger: NEVER },
      { parent: 0, step: first, trigger: 0 },
      { parent: 1, step, trigger: 1 },
    ]);
    const triggers = [...(TRANSFORMS[first].triggers ?? []), ...(TRANSFORMS[step].triggers ?? [])];
    for (const text of TEXTS.filter((one) => !triggers.some((trigger) => one.includes(trigger)))) {
      const expected = TRANSFORMS[step].apply(TRANSFORMS[first].apply(text));
      expect([first, text, chains.read(2, text, null)]).toEqual([first, text, expected]);
    }
  }
});
