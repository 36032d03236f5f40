import { parseArgs } from 'node:util';
import { dissect as dissectCapture, keysMismatch, problemList, toTruth } from '../capture/index.ts';
import { guarded, loadCapture, portOf, refusedFile, serverOf, UnusableInput } from './input.ts';
import { listing } from './listing.ts';

const USAGE = 'usage: dissect FILE [--keys KEYS] [--server ADDR:PORT | --server-port PORT] [--json]';

/**
 * `dissect FILE [--keys KEYS] [--server ADDR:PORT | --server-port PORT] [--json]`: every QUIC packet of a capture, as a readable listing or as JSON, one line
 * a datagram. Returns the exit code: 0, or 2 when the input cannot be used.
 */
export function dissect(argv: string[]): number {
  return guarded('dissect', () => {
    const { file, keys, server, serverPort, json } = readArguments(argv);
    const { capture, keyLog } = loadCapture(file, keys);
    const dissection = dissectCapture(capture, { keyLog, keepPlaintext: false, server, serverPort });
    const { refusal } = dissection;
    if (refusal) throw refusedFile(file, refusal, capture.problems);
    const mismatch = keysMismatch(dissection.connections, keyLog);
    if (mismatch) console.error(`dissect: ${mismatch}`);
    if (json) {
      for (const { text } of problemList([...capture.problems, ...dissection.findings])) console.error(text);
      const lines = dissection.datagrams.map((d) => JSON.stringify(toTruth(capture.datagrams, d)));
      process.stdout.write(`[\n${lines.join(',\n')}\n]\n`);
    } else {
      for (const line of listing(capture, dissection)) process.stdout.write(`${line}\n`);
    }
    return 0;
  });
}

function readArguments(argv: string[]): {
  file: string;
  keys: string | undefined;
  server: string | undefined;
  serverPort: number | undefined;
  json: boolean;
} {
  const { values, positionals } = parse(argv);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UnusableInput(USAGE);
  return {
    file,
    keys: values.keys,
    server: serverOf(values.server, values['server-port']),
    serverPort: portOf(values['server-port']),
    json: values.json ?? false,
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        keys: { type: 'string' },
        server: { type: 'string' },
        'server-port': { type: 'string' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UnusableInput(
      `${error instanceof Error ? error.message.split(/[.\n]/)[0] : 'bad arguments'}; ${USAGE}`,
    );
  }
}
