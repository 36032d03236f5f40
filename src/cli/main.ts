/** `npm run rebind -- COMMAND …`: the same engine from a terminal. */

type Command = (argv: string[]) => number | Promise<number>;

/** Each is loaded when it is asked for: reading a capture needs a tenth of what searching a world does. */
const commands: ReadonlyMap<string, () => Promise<Command>> = new Map<string, () => Promise<Command>>([
  ['dissect', async () => (await import('./dissect.ts')).dissect],
  ['explore', async () => (await import('./explore.ts')).explore],
  ['export', async () => (await import('./export.ts')).exportRun],
  ['moment', async () => (await import('./moment.ts')).moment],
  ['program', async () => (await import('./program.ts')).program],
  ['run', async () => (await import('./run.ts')).run],
]);

async function usage(): Promise<string> {
  const { EXPLORE_USAGE } = await import('./explore.ts');
  const { EXPORT_USAGE } = await import('./export.ts');
  const { MOMENT_USAGE } = await import('./moment.ts');
  const { PROGRAM_USAGE } = await import('./program.ts');
  return `usage:
  rebind dissect FILE [--keys KEYS] [--server ADDR:PORT | --server-port PORT] [--json]
  rebind run --link LINK [FILE [--keys KEYS]] [--json]
  rebind run --image FILE [--rebind CONN:TID@MS]… [--until traffic|idle] [--json]
  rebind run FILE [--keys KEYS] [--threads N [--thread-groups 2]] [--revision R] [--socket-owner listener|connection]
      [--withhold-post-handshake] [--accept CONN:TID]… [--rebind CONN:TID@MS]… [--until traffic|idle]
      [--server ADDR:PORT | --server-port PORT] [--replay-unread] [--json]
  ${EXPLORE_USAGE}
  ${MOMENT_USAGE}
  ${EXPORT_USAGE}
  ${PROGRAM_USAGE}`;
}

// A reader such as `head` may leave early; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const [name, ...rest] = process.argv.slice(2);
const asked = name === 'help' || name === '--help';
const load = name === undefined ? undefined : commands.get(name);
if (asked) process.stdout.write(`${await usage()}\n`);
else if (load) process.exitCode = await (await load())(rest);
else {
  const text = await usage();
  console.error(name === undefined ? text : `rebind: there is no command ${name}; ${text}`);
  process.exitCode = 2;
}

export {};
