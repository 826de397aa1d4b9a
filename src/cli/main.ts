import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { plainJson } from './format/plain.ts';
import { buildProgram } from './program.ts';

// `edgeshield tail | head` ends the pipe first: that is no failure.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(EXIT.ok);
  });
}

/** Whether failures are wanted as JSON: a command line that is not understood has no options yet. */
const json = process.argv.includes('--json');

try {
  await buildProgram({ quiet: json }).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and the version are asked for; everything else is a command line that is not understood.
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (json && error.exitCode !== 0) {
    const kind = error.code.replace(/^commander\./, '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    const message = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    const help = 'Add --help for what is possible here.';
    process.stderr.write(`${plainJson({ error: { code: EXIT.usage, kind, message, help } }, 2)}\n`);
  }
}
