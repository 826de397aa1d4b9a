import type { ThreatEvent } from '../contracts.ts';

/** Characters of an event as JSON. An ordinary block is about 1,200; what is longer loses its details first. */
export const EVENT_LIMIT = 4096;

const TEXT_LIMIT = 512;
const LIST_LIMIT = 12;
/** Ids of rules are short, and a list that lacks some is no use to whoever tunes a ruleset. */
const ID_LIST_LIMIT = 64;
const ID_LIST_TEXT_LIMIT = 1024;

/** So many rules are told in full, or so many, or none. */
const RULES_TOLD = [LIST_LIMIT, 8, 5, 3, 2, 1];

/**
 * The event cut to EVENT_LIMIT characters of JSON, so that the ring is bounded whatever a publisher sends. Texts are
 * shortened, long lists cut, then fewer rules told; if that is not enough, only what, when, who and why stay.
 */
export function trimEvent(event: ThreatEvent): ThreatEvent {
  const cut: ThreatEvent = JSON.parse(JSON.stringify(event), (key, value: unknown) => {
    if (typeof value === 'string') return shorten(value, TEXT_LIMIT);
    return Array.isArray(value) ? value.slice(0, key === 'ruleIds' ? ID_LIST_LIMIT : LIST_LIMIT) : value;
  });
  for (const told of cut.rules === undefined ? [0] : RULES_TOLD) {
    const fewer = cut.rules === undefined ? cut : { ...cut, rules: cut.rules.slice(0, told) };
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

/** `,"n":` and a number. */
const NUMBER_ROOM = 24;

function cutIds(ids: readonly string[]): readonly string[] {
  let length = 0;
  return ids.filter((id) => (length += JSON.stringify(id).length + 1) <= ID_LIST_TEXT_LIMIT);
}

function shorten(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
