/** What a key may do, with what that means in words: the API's description shows them. */
export const SCOPES = {
  read: 'see everything but keys: events, totals, rules, releases, lists, the audit log, and try requests against the rules',
  'rules:write': 'publish, remove and roll back: rulesets, model, policy and its exclusions',
  'blocklist:write': 'block, unblock and pardon addresses',
  'enforcement:write': 'steer threat intelligence and what is sent to the lists of the account',
  'keys:admin': 'see, create and revoke keys',
} as const;

export type Scope = keyof typeof SCOPES;

export const ALL_SCOPES = Object.keys(SCOPES).filter(isScope);

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}
