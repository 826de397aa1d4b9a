import type { OperatorBranch } from './operator.ts';

/** `detectSQLi`, `detectXSS`: `detect` answers what gave the text away, or null. That is what TX:0 is set to. */
export function detectInjection(detect: (text: string) => string | null): OperatorBranch {
  return {
    test: (text) => detect(text) !== null,
    find: (text) => {
      const reason = detect(text);
      return reason === null ? null : { start: 0, end: text.length, groups: [reason] };
    },
  };
}
