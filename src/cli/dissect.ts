import {
  type Capture,
  type Dissection,
  dissect as dissectCapture,
  keysMismatch,
  problemList,
  toTruth,
} from '../capture/index.ts';
import { argumentsOf } from './arguments.ts';
import { guarded, loadCapture, portOf, refusedFile, serverOf, UnusableInput } from './input.ts';
import { listing } from './listing.ts';
import { nativeAead } from './native-aead.ts';

/** Letters that are written at once. */
const AT_ONCE = 1 << 16;
const USAGE = 'dissect FILE [--keys KEYS] [--server ADDR:PORT | --server-port PORT] [--json]';

/**
 * `dissect FILE [--keys KEYS] [--server ADDR:PORT | --server-port PORT] [--json]`: every QUIC packet of a capture, as a readable listing or as JSON, one line
 * a datagram. Returns the exit code: 0, or 2 when the input cannot be used.
 */
export function dissect(argv: string[]): number {
  return guarded('dissect', () => {
    const { file, keys, server, serverPort, json } = readArguments(argv);
    const { capture, keyLog } = loadCapture(file, keys);
    const dissection = dissectCapture(capture, {
      keyLog,
      keepPlaintext: false,
      server,
      serverPort,
      engines: { native: nativeAead },
    });
    const { refusal } = dissection;
    if (refusal) throw refusedFile(file, refusal, capture.problems);
    const mismatch = keysMismatch(dissection.connections, keyLog);
    if (mismatch) console.error(`dissect: ${mismatch}`);
    if (json) {
      for (const { text } of problemList([...capture.problems, ...dissection.findings])) console.error(text);
      print(jsonLines(capture, dissection));
    } else print(listing(capture, dissection));
    return 0;
  });
}

function* jsonLines({ datagrams: table }: Capture, { datagrams }: Dissection): Generator<string> {
  yield '[';
  for (const [i, d] of datagrams.entries())
    yield `${JSON.stringify(toTruth(table, d))}${i === datagrams.length - 1 ? '' : ','}`;
  yield ']';
}

/** Lines are written many at once: a call for each costs more than making it. */
function print(lines: Iterable<string>): void {
  let some = '';
  for (const line of lines) {
    some += `${line}\n`;
    if (some.length < AT_ONCE) continue;
    process.stdout.write(some);
    some = '';
  }
  process.stdout.write(some);
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
  if (file === undefined || more.length > 0) throw new UnusableInput(`usage: ${USAGE}`);
  return {
    file,
    keys: values.keys,
    server: serverOf(values.server, values['server-port']),
    serverPort: portOf(values['server-port']),
    json: values.json ?? false,
  };
}

const parse = (argv: string[]) =>
  argumentsOf(argv, USAGE, {
    keys: { type: 'string' },
    server: { type: 'string' },
    'server-port': { type: 'string' },
    json: { type: 'boolean' },
  });
