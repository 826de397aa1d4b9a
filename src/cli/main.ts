import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { buildProgram } from './program.ts';

// `edgeshield tail | head` ends the pipe first: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(EXIT.ok);
});

try {
  await buildProgram().parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and the version are asked for; everything else is a command line that is not understood.
  process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
