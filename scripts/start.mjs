// `npm start`: from a fresh clone to a running shield. Plain JavaScript without packages until they are installed.
import { launch } from './setup/launch.mjs';

await launch('serve.ts', process.argv.slice(2));
