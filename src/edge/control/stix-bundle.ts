import type { Threat, ThreatPage } from '../../actors/contracts.ts';
import { sha1 } from '../waf/transformations/digest.ts';

/** The namespace of this project's own ids (a random UUID): the one that STIX 2.1 names is for observables alone (section 2.9). */
const NAMESPACE = '6f1c1a52-6b52-4b0c-9f6e-0c7a4f6f3d9b';

/** Who says so; the same in every bundle. */
const IDENTITY = Object.freeze({
  type: 'identity',
  spec_version: '2.1',
  id: `identity--${uuid5('identity EdgeShield')}`,
  created: '2026-01-01T00:00:00.000Z',
  modified: '2026-01-01T00:00:00.000Z',
  name: 'EdgeShield',
  identity_class: 'system',
});

/**
 * A page as a STIX 2.1 bundle: an indicator for each threat. An indicator's id hangs on its range alone, so that whoever imports the next
 * bundle updates what he has: `created` is when a source first listed it, `modified` when it was last merged.
 */
export function stixBundle({ threats, at = 0 }: ThreatPage): object {
  const indicators = threats.map((threat) => indicatorOf(threat, at));
  const id = `bundle--${uuid5(`bundle ${at} ${threats[0]?.range ?? ''} ${threats.length}`)}`;
  return { type: 'bundle', id, objects: [IDENTITY, ...indicators] };
}

function indicatorOf({ range, score, sources, firstSeen }: Threat, at: number): object {
  const created = new Date(Math.min(firstSeen ?? at, at)).toISOString();
  return {
    type: 'indicator',
    spec_version: '2.1',
    id: `indicator--${uuid5(`indicator ${range}`)}`,
    created_by_ref: IDENTITY.id,
    created,
    modified: new Date(at).toISOString(),
    name: range,
    indicator_types: ['malicious-activity'],
    pattern: patternOf(range),
    pattern_type: 'stix',
    valid_from: created,
    confidence: Math.round(score * 100),
    labels: sources,
  };
}

/** Ranges hold no quotes: nothing needs escaping. */
function patternOf(range: string): string {
  const type = range.includes(':') ? 'ipv6-addr' : 'ipv4-addr';
  return `[${type}:value ${range.includes('/') ? 'ISSUBSET' : '='} '${range}']`;
}

/** A name-based UUID (RFC 9562, section 5.5). */
function uuid5(name: string): string {
  const space = NAMESPACE.replaceAll('-', '').match(/../g) ?? [];
  const hash = sha1(String.fromCharCode(...space.map((byte) => Number.parseInt(byte, 16))) + name);
  const bytes = Array.from(hash.slice(0, 16), (byte) => byte.charCodeAt(0));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
