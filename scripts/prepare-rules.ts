// `npm run rules:prepare`: rules/NAME.prepared.json, what the registry's door works out about each built-in ruleset. To be run after
// every change of rules/NAME.json or of how rulesets are prepared; a test fails when it was not.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseRuleset } from '../rules/schema.ts';
import { checkRuleset } from '../src/edge/waf/check-ruleset.ts';

const rules = new URL('../rules/', import.meta.url);
const PREPARED = '.prepared.json';

for (const file of readdirSync(rules)) {
  if (file.endsWith('.json') && !file.endsWith(PREPARED)) prepareFile(file.slice(0, -'.json'.length));
}

function prepareFile(name: string): void {
  const parsed = parseRuleset(JSON.parse(readFileSync(new URL(`${name}.json`, rules), 'utf8')));
  const checked = parsed.ok ? checkRuleset(parsed.value) : parsed;
  if (!checked.ok) {
    for (const { path, message } of checked.problems) console.error(`${name}: ${path}: ${message}`);
    process.exitCode = 1;
    return;
  }
  const { prepared } = checked.value;
  writeFileSync(new URL(`${name}${PREPARED}`, rules), `${JSON.stringify(prepared, null, 1)}\n`);
  const engines = prepared.rules.flat().flatMap((link) => link.branches.map((branch) => branch.engine));
  const on = (engine: string) => engines.filter((one) => one === engine).length;
  console.log(
    `${name}: ${prepared.rules.length} rules: ${on('v8')} branches proven linear for V8, ${on('dfa')} left to the lazy automaton`,
  );
}
