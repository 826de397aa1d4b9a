/** What of `GET /intel/status` tells whether feeds can be reached from here. */
export interface FeedsSeen {
  readonly threats: number;
  readonly sources: readonly {
    readonly name: string;
    readonly url: string;
    readonly health: string;
    readonly last_success: number | null;
    readonly problem: string | null;
  }[];
}

/** So many names fit on a line; the page at `/status` has them all. */
const NAMED = 3;

/**
 * One line, or three, on whether the feeds were reached. `message`: what the first cycle of enforcement came to.
 */
export function describeFeeds({ threats, sources }: FeedsSeen, message: string): string {
  // The shield's own evidence is a source without a URL.
  const asked = sources.filter(({ health, url }) => URL.canParse(url) && health !== 'off' && health !== 'pending');
  const missed = asked.filter(({ last_success }) => last_success === null);
  const reached = asked.length - missed.length;
  const known = `${new Intl.NumberFormat('en').format(threats)} threats`;
  const lines = [
    reached === 0
      ? `Feeds: none of ${asked.length} could be reached from this machine; ${known}.`
      : `Feeds: ${reached} of ${asked.length} reached, ${known}.`,
  ];
  if (missed.length > 0) {
    const named = missed.slice(0, NAMED).map(({ name, problem }) => `${name} (${problem ?? 'no answer'})`);
    const more = missed.length > NAMED ? ` and ${missed.length - NAMED} more` : '';
    lines.push(`  Not reached: ${named.join(', ')}${more}. They are tried again by themselves.`);
  }
  lines.push(`Enforcement: ${message}`);
  return lines.join('\n');
}
