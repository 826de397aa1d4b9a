import * as v from 'valibot';
import { parseWith, type Parsed } from '../../parse.ts';
import type { SourceChange, SourceSettings } from '../contracts.ts';
import { refuseFeedUrl } from './feed-url.ts';

/** All in all, built-in ones included: the tables name a row's sources by one bit of 32 each. */
export const SOURCE_LIMIT = 32;

const Id = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be 1 to 40 lower-case letters, digits and dashes'),
);
const Word = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100));
const Share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
/** No publisher wants to be asked more than each five minutes, and a list that is a week old is no feed. */
const Interval = v.pipe(v.number(), v.integer(), v.minValue(300), v.maxValue(7 * 86_400));
/** First seen and last seen are kept to the hour. */
const Lifetime = v.pipe(v.number(), v.integer(), v.minValue(3600), v.maxValue(365 * 86_400));

/** Everything that may be changed; `url` is judged apart, since what it may be depends on where the collector runs. */
const CHANGEABLE = {
  name: Word,
  url: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(2000)),
  format: v.picklist(['plain', 'ipsum', 'ndjson', 'dshield', 'csv', 'stix', 'prefixes']),
  column: Word,
  family: Id,
  weight: Share,
  intervalSeconds: Interval,
  lifetimeSeconds: Lifetime,
  licence: Word,
  enabled: v.boolean(),
  emptyOk: v.boolean(),
};

const SettingsSchema = v.strictObject({
  ...CHANGEABLE,
  id: Id,
  role: v.picklist(['threat', 'label', 'allow']),
  column: v.optional(CHANGEABLE.column),
});

const ChangeSchema = v.partial(v.strictObject(CHANGEABLE));

/** The door for a source that an operator adds. */
export function parseSource(data: unknown, allowHttp: boolean): Parsed<SourceSettings> {
  const parsed = parseWith(SettingsSchema, data);
  if (!parsed.ok) return parsed;
  const { column, ...rest } = parsed.value;
  return judge({ ...rest, ...(column !== undefined && { column }) }, allowHttp);
}

/** `change` applied to the settings that stand. */
export function changeSettings(
  standing: SourceSettings,
  change: SourceChange,
  allowHttp: boolean,
): Parsed<SourceSettings> {
  const parsed = parseWith(ChangeSchema, change);
  if (!parsed.ok) return parsed;
  const given = Object.fromEntries(Object.entries(parsed.value).filter(([, value]) => value !== undefined));
  return judge({ ...standing, ...given }, allowHttp);
}

function judge(settings: SourceSettings, allowHttp: boolean): Parsed<SourceSettings> {
  // The shield's own evidence comes from nowhere.
  const refusal = settings.url === '' ? null : refuseFeedUrl(settings.url, allowHttp);
  if (refusal !== null) return { ok: false, problems: [{ path: 'url', message: refusal }] };
  if (settings.format === 'csv' && settings.column === undefined) {
    return {
      ok: false,
      problems: [
        { path: 'column', message: 'csv needs the column that has the address: its name or its number from 1' },
      ],
    };
  }
  return { ok: true, value: settings };
}
