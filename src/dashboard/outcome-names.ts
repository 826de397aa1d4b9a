/** What became of a request, as a label. */
export const OUTCOME_NAMES: Readonly<Record<string, string>> = {
  allow: 'Allowed',
  log: 'Logged',
  challenge: 'Challenged',
  block: 'Blocked',
  limit: 'Limited',
};
