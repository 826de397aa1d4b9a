/** What operations of the control plane do, in words. */
const WORDS: Readonly<Record<string, string>> = {
  addSource: 'Added a feed',
  allow: 'Put on the allow-list',
  approvePlan: 'Approved a held plan',
  block: 'Blocked',
  changeBlock: 'Changed a block',
  changeSource: 'Changed a feed',
  collectFeeds: 'Fetched feeds',
  createKey: 'Created a key',
  disallow: 'Took off the allow-list',
  enforce: 'Ran a cycle of enforcement',
  killSwitchOff: 'Turned the kill switch off',
  killSwitchOn: 'Turned the kill switch on',
  pardon: 'Pardoned: forgot the evidence',
  release: 'Made a release',
  reload_model: 'Published a model',
  reload_policy: 'Published the policy',
  reloadRuleset: 'Published a ruleset',
  removeRuleset: 'Took a ruleset out of force',
  removeSource: 'Removed a feed',
  revokeKey: 'Revoked a key',
  rollBack: 'Rolled back',
  signIn: 'Signed in',
  unblock: 'Unblocked',
};

/** Reads of keys alone want more than any key has. */
const REFUSED: Readonly<Record<string, string>> = { listKeys: 'See the keys', signIn: 'Sign in with a wrong key' };

/** An operation as a person says it; one that is not known here, by its id. */
export function sayOperation(id: string, outcome: string): string {
  return (outcome === 'refused' ? REFUSED[id] : undefined) ?? WORDS[id] ?? id;
}
