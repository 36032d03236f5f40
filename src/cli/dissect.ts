import { parseArgs } from 'node:util';
import { dissect as dissectCapture, keysMismatch, toTruth } from '../capture/index.ts';
import { guarded, loadCapture, UnusableInput } from './input.ts';
import { listing } from './listing.ts';

const USAGE = 'usage: dissect FILE [--keys KEYS] [--server-port PORT] [--json]';

/**
 * `dissect FILE [--keys KEYS] [--server-port PORT] [--json]`: every QUIC packet of a capture, as a readable listing or as JSON, one line
 * a datagram. Returns the exit code: 0, or 2 when the input cannot be used.
 */
export function dissect(argv: string[]): number {
  return guarded('dissect', () => {
    const { file, keys, serverPort, json } = readArguments(argv);
    const { capture, keyLog } = loadCapture(file, keys, serverPort);
    const dissection = dissectCapture(capture, { keyLog, keepPlaintext: false });
    const mismatch = keysMismatch(dissection.connections, keyLog);
    if (mismatch) console.error(`dissect: ${mismatch}`);
    if (json) {
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
  serverPort: number | undefined;
  json: boolean;
} {
  const { values, positionals } = parse(argv);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UnusableInput(USAGE);
  const port = values['server-port'];
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65535)) {
    throw new UnusableInput(`--server-port is a number from 1 to 65535, not ${port}`);
  }
  return {
    file,
    keys: values.keys,
    serverPort: port === undefined ? undefined : Number(port),
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
