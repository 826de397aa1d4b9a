/** What became of a request, or what kind of word the shield itself has to say, as a label. */
export const OUTCOME_NAMES: Readonly<Record<string, string>> = {
  allow: 'Allowed',
  log: 'Logged',
  challenge: 'Challenged',
  block: 'Blocked',
  limit: 'Limited',
  notice: 'Notice',
  error: 'Error',
};
