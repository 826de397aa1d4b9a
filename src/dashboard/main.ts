import { openShell } from './shell/shell.ts';

await openShell();
