import { readFileSync } from 'node:fs';
import {
  type Capture,
  type CaptureError,
  type KeyLog,
  KeyLogReader,
  type Problem,
  problemList,
  readCapture,
  readEndpoint,
} from '../capture/index.ts';

/** Input that cannot be used; the message is one line for the person, `further` are what was found on the way. */
export class UnusableInput extends Error {
  constructor(
    message: string,
    readonly further: readonly string[] = [],
  ) {
    super(message);
  }
}

/** So many problems of a file that is refused are told beside the reason. */
const FURTHER = 10;

/** A capture that cannot be used: why, and what was wrong on the way. */
export function refusedFile(path: string, error: CaptureError, problems: readonly Problem[]): UnusableInput {
  const others = problems.filter(({ text }) => !error.text.includes(text));
  const further = problemList(others).slice(0, FURTHER);
  return new UnusableInput(
    `${path}: ${error.text}`,
    further.map(({ text }) => text),
  );
}

/** A server as a person names it; throws UnusableInput for what is none. */
export function serverOf(text: string | undefined, port: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (port !== undefined) throw new UnusableInput('--server and --server-port cannot be given together');
  const endpoint = readEndpoint(text);
  if (!endpoint) throw new UnusableInput(`--server is ADDR:PORT, an IPv6 address in brackets, not ${text}`);
  return endpoint;
}

/** A UDP port as a person writes it; throws UnusableInput for what is none. */
export function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > 65535)
    throw new UnusableInput(`--server-port is a number from 1 to 65535, not ${text}`);
  return Number(text);
}

/** The bytes of a file a person named. Throws UnusableInput. */
export function readInput(path: string): Uint8Array {
  try {
    const file = readFileSync(path);
    // A small file shares its memory with others.
    return file.length === file.buffer.byteLength ? new Uint8Array(file.buffer) : new Uint8Array(file);
  } catch (error) {
    throw new UnusableInput(`${path}: ${reason(error)}`);
  }
}

/**
 * A capture and the key logs that go with it: those inside the file and the one in `keysPath`. Wrong lines of a key log are told on
 * stderr and the rest is used. Throws UnusableInput.
 */
export function loadCapture(
  path: string,
  keysPath: string | undefined,
): { capture: Capture; keyLog: KeyLog } {
  const result = readCapture(readInput(path));
  if (!result.ok) throw refusedFile(path, result.error, result.problems);
  const { capture } = result;
  return { capture, keyLog: loadKeys(capture, keysPath) };
}

/** The keys inside a capture, and those of a file beside it. As `loadCapture`. */
export function loadKeys(capture: Capture, path: string | undefined): KeyLog {
  const keyLog = new KeyLogReader();
  for (const log of capture.embeddedKeys) keyLog.add(log);
  const read = path === undefined ? 'read' : keyLog.add(readInput(path));
  if (read === 'empty')
    throw new UnusableInput(`${path}: The file holds no TLS key log line that can be used.`);
  if (read === 'bomb') throw new UnusableInput(`${path}: What is packed in the file is larger than 1 GiB.`);
  for (const problem of keyLog.problems.slice(0, 3)) console.error(problem.text);
  if (keyLog.wrong > 3) console.error(`${keyLog.wrong - 3} more key log lines are wrong.`);
  return keyLog;
}

/**
 * Runs a subcommand and gives its exit code. Whatever input it cannot use becomes one line on stderr and code 2.
 */
export function guarded(name: string, body: () => number): number {
  try {
    return body();
  } catch (error) {
    return refused(name, error);
  }
}

/** The same for a subcommand that has to wait for something. */
export async function guardedLater(name: string, body: () => Promise<number>): Promise<number> {
  try {
    return await body();
  } catch (error) {
    return refused(name, error);
  }
}

function refused(name: string, error: unknown): number {
  if (!(error instanceof UnusableInput)) throw error;
  console.error(`${name}: ${error.message}`);
  for (const text of error.further) console.error(text);
  return 2;
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'There is no such file.';
    case 'EISDIR':
      return 'This is a folder, not a file.';
    case 'EACCES':
      return 'The file may not be read.';
    default:
      return 'The file cannot be read.';
  }
}
