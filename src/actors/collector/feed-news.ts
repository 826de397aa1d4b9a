/** One thing that happened to a feed. */
export interface FeedNews {
  readonly source: string;
  readonly message: string;
  /** It could be had before. */
  readonly trouble: boolean;
}

/** The same thing that happened to several feeds within a moment, as one event tells it. */
export interface Announcement {
  readonly outcome: 'error' | 'notice';
  readonly reason: string;
}

/** Names that fit in a sentence; the page of the feeds has them all. */
const NAMED = 12;

/** Without a network all feeds fail at once and for one reason: that is told once. */
export function announce(news: readonly FeedNews[]): readonly Announcement[] {
  const groups = new Map<string, FeedNews[]>();
  for (const one of news) {
    const group = groups.get(one.message) ?? [];
    groups.set(one.message, [...group.filter(({ source }) => source !== one.source), one]);
  }
  return [...groups].map(([message, group]) => {
    const names = group.slice(0, NAMED).map(({ source }) => source);
    const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : '';
    return {
      outcome: group.some(({ trouble }) => trouble) ? 'error' : 'notice',
      reason: `${group.length === 1 ? 'feed' : 'feeds'} ${names.join(', ')}${more}: ${message}`,
    };
  });
}
