/** As `package.json` has it: a test holds the two together. */
export const VERSION = '0.1.0';

/** A contact is an address or a URL; anything else in a header could end it. */
const CONTACT = /^[\x21-\x7e]{3,200}$/;

/** How the collector names itself to feed hosts: what it is, and whom to write to when it misbehaves (RFC 9110, section 10.1.5). */
export function feedAgent(contact: string | undefined): string {
  const told = contact !== undefined && CONTACT.test(contact) ? `+${contact}` : 'self-hosted; FEED_CONTACT is not set';
  return `EdgeShield/${VERSION} (${told})`;
}
