/** SHA-256, lower-case hex: the name under which a release is stored and asked for. */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function hashText(text: string): Promise<string> {
  return hashBytes(new TextEncoder().encode(text));
}
