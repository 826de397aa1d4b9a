// `npm run rules:prepare`: rules/owasp-core.prepared.json, what the registry's door works out about the built-in ruleset. To be run
// after every change of rules/owasp-core.json or of how rulesets are prepared; a test fails when it was not.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseRuleset } from '../rules/schema.ts';
import { checkRuleset } from '../src/edge/waf/check-ruleset.ts';

const rules = new URL('../rules/', import.meta.url);
const parsed = parseRuleset(JSON.parse(readFileSync(new URL('owasp-core.json', rules), 'utf8')));
const checked = parsed.ok ? checkRuleset(parsed.value) : parsed;
if (checked.ok) {
  const { prepared } = checked.value;
  writeFileSync(new URL('owasp-core.prepared.json', rules), `${JSON.stringify(prepared, null, 1)}\n`);
  const engines = prepared.rules.flat().flatMap((link) => link.branches.map((branch) => branch.engine));
  const on = (engine: string) => engines.filter((one) => one === engine).length;
  console.log(
    `${prepared.rules.length} rules: ${on('v8')} branches proven linear for V8, ${on('dfa')} left to the lazy automaton`,
  );
} else {
  for (const { path, message } of checked.problems) console.error(`${path}: ${message}`);
  process.exitCode = 1;
}
