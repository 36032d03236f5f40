/** `npm run rebind -- COMMAND …`: the same engine from a terminal. */

import { dissect } from './dissect.ts';
import { EXPLORE_USAGE, explore } from './explore.ts';
import { PROGRAM_USAGE, program } from './program.ts';
import { run } from './run.ts';

const USAGE = `usage:
  rebind dissect FILE [--keys KEYS] [--server ADDR:PORT | --server-port PORT] [--json]
  rebind run --link LINK [FILE [--keys KEYS]] [--json]
  rebind run --image FILE [--rebind CONN:TID@MS]… [--until traffic|idle] [--json]
  rebind run FILE [--keys KEYS] [--threads N] [--revision R] [--socket-owner listener|connection]
      [--withhold-post-handshake] [--accept CONN:TID]… [--rebind CONN:TID@MS]… [--until traffic|idle]
      [--server ADDR:PORT | --server-port PORT] [--replay-unread] [--json]
  ${EXPLORE_USAGE}
  ${PROGRAM_USAGE}`;

const commands: ReadonlyMap<string, (argv: string[]) => number | Promise<number>> = new Map<
  string,
  (argv: string[]) => number | Promise<number>
>([
  ['dissect', dissect],
  ['explore', explore],
  ['program', program],
  ['run', run],
]);

// A reader such as `head` may leave early; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const [name, ...rest] = process.argv.slice(2);
const asked = name === 'help' || name === '--help';
const command = name === undefined ? undefined : commands.get(name);
if (asked) process.stdout.write(`${USAGE}\n`);
else if (command) process.exitCode = await command(rest);
else {
  console.error(name === undefined ? USAGE : `rebind: there is no command ${name}; ${USAGE}`);
  process.exitCode = 2;
}
