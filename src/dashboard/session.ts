/** Null when the key was right, else what to tell the operator. */
export async function signIn(key: string): Promise<string | null> {
  const response = await fetch('/admin/session', { method: 'POST', headers: { 'X-Admin-Key': key } }).catch(() => null);
  if (response === null) return 'The shield does not answer.';
  if (response.ok) return null;
  const problem: { title?: string } = await response.json().catch(() => ({}));
  if (response.status !== 429) return problem.title ?? `The shield answered ${response.status}.`;
  return `Too many wrong keys. Try again in ${response.headers.get('Retry-After') ?? '60'} seconds.`;
}

export async function signOut(): Promise<void> {
  await fetch('/admin/session', { method: 'DELETE' }).catch(() => null);
}

/** True when this browser has a session. */
export async function isSignedIn(): Promise<boolean> {
  const response = await fetch('/admin/stats').catch(() => null);
  return response !== null && response.ok;
}
