import * as v from 'valibot';
import { CATEGORIES } from '../../../rules/schema.ts';
import { isRulesetName, RULESET_NAME_RULE } from '../ruleset-names.ts';
import { refusePath } from './path-pattern.ts';
import { readTarget } from './target-pattern.ts';

const Slug = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, 'must be 1 to 64 lower-case letters, digits, dashes or underscores'),
);

export const RulesetName = v.pipe(v.string(), v.check(isRulesetName, RULESET_NAME_RULE));

/** As many as a person oversees; each list is gone through for what matched alone. */
function list<const S extends v.GenericSchema>(item: S, most = 50) {
  return v.optional(v.pipe(v.array(item), v.minLength(1), v.maxLength(most)));
}

const RuleText = v.pipe(
  v.string(),
  v.regex(
    /^[a-z0-9*][a-z0-9._*-]{0,63}$/i,
    'must be a rule id, one with * for any characters, or a range of numbers such as 942100-942199',
  ),
);

/** Which rules are meant: those that any of the lists names, in the rulesets named or in all. */
const ruleSelection = {
  rulesets: list(RulesetName),
  /** Ids, with wildcards (`942*`), or ranges (`942100-942199`). */
  rules: list(RuleText, 200),
  /** Tags, with wildcards. */
  tags: list(v.pipe(v.string(), v.minLength(1), v.maxLength(128))),
  categories: list(v.picklist(CATEGORIES)),
};

const NAMES_RULES = 'must name rules, tags or categories; "rules": ["*"] means every rule';

/** Rules that only tell of their matches, wherever they match. */
export const DetectionOnly = v.pipe(
  v.strictObject({ ...ruleSelection, reason: v.optional(v.pipe(v.string(), v.maxLength(500))) }),
  v.check((s) => s.rules !== undefined || s.tags !== undefined || s.categories !== undefined, NAMES_RULES),
);

/** A false positive taken back: which rules are not to match, where, on what. Docs: docs/rules.md. */
export const Exclusion = v.pipe(
  v.strictObject({
    /** Under which it is counted. */
    id: Slug,
    ...ruleSelection,
    score: v.optional(
      v.pipe(
        v.literal(true),
        v.description('The score of the network leaves out what the targets name; without targets all that was sent'),
      ),
    ),
    path: v.optional(
      v.pipe(
        v.string(),
        v.maxLength(512),
        v.description(
          'Exact, or with * for anything within a segment and ** for any number of segments. Absent: every path',
        ),
        v.rawCheck(({ dataset, addIssue }) => {
          const message = dataset.typed ? refusePath(dataset.value) : null;
          if (message !== null) addIssue({ message });
        }),
      ),
    ),
    host: v.optional(
      v.pipe(
        v.string(),
        v.toLowerCase(),
        v.minLength(1),
        v.maxLength(253),
        v.description('Exact, or with * for any characters (*.example.com); no port. Absent: every host'),
      ),
    ),
    methods: list(v.pipe(v.string(), v.toUpperCase(), v.regex(/^[A-Z]{1,32}$/, 'must be a method'))),
    /** Absent: the rules are out altogether. */
    targets: list(
      v.pipe(
        v.string(),
        v.maxLength(256),
        v.description(
          'What the rules do not look at: ARGS, ARGS:comment, ARGS:/^json\\.a\\.\\d+$/, ARGS:json.items.[].html',
        ),
        v.rawCheck(({ dataset, addIssue }) => {
          const read = dataset.typed ? readTarget(dataset.value) : null;
          if (read?.ok === false) addIssue({ message: read.problems[0]?.message ?? 'is no target' });
        }),
      ),
    ),
    reason: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(500), v.description('For whoever comes after')),
    expires: v.optional(
      v.pipe(
        v.string(),
        v.description('From then on it is inert: a day (2027-03-31, in UTC) or a time (2027-03-31T18:00:00Z)'),
        v.check(
          (text) => /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z)?$/.test(text) && !Number.isNaN(Date.parse(text)),
          'must be a day such as 2027-03-31 or a time such as 2027-03-31T18:00:00Z',
        ),
      ),
    ),
  }),
  v.check(
    (s) => s.rules !== undefined || s.tags !== undefined || s.categories !== undefined || s.score === true,
    `${NAMES_RULES}; or be for the score`,
  ),
);

export type DetectionOnly = v.InferOutput<typeof DetectionOnly>;
export type Exclusion = v.InferOutput<typeof Exclusion>;
