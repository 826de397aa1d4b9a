/** Null when the key was right, else what to tell the operator. */
export async function signIn(key: string): Promise<string | null> {
  const response = await fetch('/admin/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key }),
  }).catch(() => null);
  if (response === null) return 'The shield does not answer.';
  if (response.ok) return null;
  if (response.status === 429) {
    return `Too many wrong keys. Try again in ${response.headers.get('Retry-After') ?? '60'} seconds.`;
  }
  const problem: { title?: string } = await response.json().catch(() => ({}));
  return problem.title ?? `The shield answered ${response.status}.`;
}

export async function signOut(): Promise<void> {
  await fetch('/admin/session', { method: 'DELETE' }).catch(() => null);
}

/** Whether this browser has a session; null when the shield does not answer. */
export async function hasSession(): Promise<boolean | null> {
  const response = await fetch('/admin/session').catch(() => null);
  return response === null ? null : response.ok;
}
