import { Command, Option } from 'commander';
import about from '../../package.json' with { type: 'json' };
import { addBlocklist } from './commands/blocklist.ts';
import { addCompletion } from './commands/completion.ts';
import { addEnforce } from './commands/enforce.ts';
import { addIntel } from './commands/intel.ts';
import { addKeys } from './commands/keys.ts';
import { addModel } from './commands/model.ts';
import { addPardon } from './commands/pardon.ts';
import { addRoutes } from './commands/routes.ts';
import { addRules } from './commands/rules.ts';
import { addStatus } from './commands/status.ts';
import { addTail } from './commands/tail.ts';
import { addWhy } from './commands/why.ts';
import { examples, exitCodes } from './format/help.ts';
import { DEFAULT_URL, KEY_VARIABLE, URL_VARIABLE } from './settings.ts';

const EXAMPLES = [
  ['edgeshield status', 'how the shield is, and what it stopped'],
  ['edgeshield tail --decision block', 'blocked requests as they happen'],
  ['edgeshield why 203.0.113.7', 'what is known of an address, and what became of its requests'],
  ['edgeshield block 203.0.113.0/24 --for 1h', 'refuse a range for an hour'],
  ['edgeshield rules push rules.json --dry-run', 'what a ruleset would change'],
] as const;

/** All commands; parsing throws a CommanderError where another program would exit. `quiet`: what is wrong it tells nobody else. */
export function buildProgram({ quiet }: { readonly quiet: boolean }): Command {
  const program = new Command('edgeshield')
    .configureOutput(quiet ? { outputError: () => {}, writeErr: () => {} } : {})
    .description('Sees, explains and steers an EdgeShield from a terminal.')
    .addOption(new Option('--url <url>', 'where the shield is').env(URL_VARIABLE).default(DEFAULT_URL))
    .option('--json', 'one JSON document on stdout (tail: one a line); failures as JSON on stderr')
    .option('--no-color', 'no colours, as with NO_COLOR=1')
    .version(about.version, '-V, --version', 'which EdgeShield this is')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('Add --help for what is possible here.')
    .exitOverride()
    .addHelpText('after', examples(EXAMPLES))
    .addHelpText('after', `\n${exitCodes()}\n\n${KEY_HELP}`);
  addStatus(program);
  addTail(program);
  addWhy(program);
  addBlocklist(program);
  addPardon(program);
  addRules(program);
  addModel(program);
  addRoutes(program);
  addIntel(program);
  addEnforce(program);
  addKeys(program);
  addCompletion(program);
  return program;
}

const KEY_HELP = `The key:
  It is read from ${KEY_VARIABLE}, and for a shield on this machine
  else from the clone's .dev.vars. It is never an argument: other users of a
  machine see those. docs/terminal.md tells more.`;
