import type { EventExcerpt, EventRule, ThreatEvent } from '../contracts.ts';

/** Characters of an event as JSON. An ordinary block is about 2,200; what is longer loses its details first. */
export const EVENT_LIMIT = 4096;

const TEXT_LIMIT = 512;
const LIST_LIMIT = 12;
/** Ids of rules are short, and a list that lacks some is no use to whoever tunes a ruleset. */
const ID_LIST_LIMIT = 64;
const ID_LIST_TEXT_LIMIT = 1024;

/** So many rules are told, and of so many what surrounds the match: the first that fits. What surrounds it goes first. */
const ROOMS: readonly (readonly [rules: number, excerpts: number])[] = [
  [LIST_LIMIT, LIST_LIMIT],
  [LIST_LIMIT, 3],
  [LIST_LIMIT, 1],
  [8, 1],
  [5, 1],
  [3, 1],
  [2, 1],
  [1, 1],
  [1, 0],
];

/**
 * The event cut to EVENT_LIMIT characters of JSON, so that the ring is bounded whatever a publisher sends. Texts are
 * shortened, long lists cut, then fewer rules told; if that is not enough, only what, when, who and why stay.
 */
export function trimEvent(event: ThreatEvent): ThreatEvent {
  const cut: ThreatEvent = JSON.parse(JSON.stringify(event), (key, value: unknown) => {
    if (typeof value === 'string') return shorten(value, TEXT_LIMIT);
    return Array.isArray(value) ? value.slice(0, key === 'ruleIds' ? ID_LIST_LIMIT : LIST_LIMIT) : value;
  });
  for (const [told, excerpts] of cut.rules === undefined ? [NO_RULES] : ROOMS) {
    const rules = cut.rules?.slice(0, told).map((rule, i) => (i < excerpts ? soundExcerpts(rule) : bare(rule)));
    const fewer = rules === undefined ? cut : { ...cut, rules };
    if (JSON.stringify(fewer).length <= EVENT_LIMIT - NUMBER_ROOM) return fewer;
  }
  const { id, kind, at, outcome, score, failed, seq } = cut;
  return {
    id: shorten(id, 64),
    kind,
    at,
    outcome,
    reason: shorten(cut.reason, 100),
    seq,
    ...(score === undefined ? {} : { score }),
    ...(failed === undefined ? {} : { failed }),
    ...(cut.client === undefined ? {} : { client: { ip: shorten(cut.client.ip, 64) } }),
    rules: (cut.rules ?? []).slice(0, 4).map((rule) => ({
      id: shorten(rule.id, 64),
      name: shorten(rule.name, 64),
      category: rule.category,
      score: rule.score,
      location: shorten(rule.location, 32),
      matched: '',
    })),
    ...(cut.ruleIds === undefined ? {} : { ruleIds: cutIds(cut.ruleIds) }),
  };
}

const NO_RULES = [0, 0] as const;

function bare(rule: EventRule): EventRule {
  const { rawExcerpt: _raw, decodedExcerpt: _decoded, ...rest } = rule;
  return rest;
}

/** The text may have been shortened, and a publisher is not believed: a span stays within it. */
function soundExcerpts(rule: EventRule): EventRule {
  const { rawExcerpt, decodedExcerpt } = rule;
  return {
    ...rule,
    ...(decodedExcerpt !== undefined && { decodedExcerpt: within(decodedExcerpt) }),
    ...(rawExcerpt !== undefined && { rawExcerpt: within(rawExcerpt) }),
  };
}

function within({ text, start, end }: EventExcerpt): EventExcerpt {
  return { text, start: Math.min(start, text.length), end: Math.min(end, text.length) };
}

/** `,"n":` and a number. */
const NUMBER_ROOM = 24;

function cutIds(ids: readonly string[]): readonly string[] {
  let length = 0;
  return ids.filter((id) => (length += JSON.stringify(id).length + 1) <= ID_LIST_TEXT_LIMIT);
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
