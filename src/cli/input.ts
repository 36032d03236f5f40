import { readFileSync } from 'node:fs';
import { type Capture, type KeyLog, parseKeyLog, readCapture } from '../capture/index.ts';

/** Input that cannot be used; the message is one line for the person. */
export class UnusableInput extends Error {}

/** The bytes of a file a person named. Throws UnusableInput. */
export function readInput(path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
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
  serverPort: number | undefined,
): { capture: Capture; keyLog: KeyLog } {
  const result = readCapture(readInput(path), serverPort === undefined ? {} : { serverPort });
  if (!result.ok) throw new UnusableInput(`${path}: ${result.error.text}`);
  const { capture } = result;
  const keys = keysPath === undefined ? [] : [readInput(keysPath)];
  const keyLog = parseKeyLog(...capture.embeddedKeys, ...keys);
  if (keysPath !== undefined && parseKeyLog(...keys).size === 0) {
    throw new UnusableInput(`${keysPath}: The file holds no TLS key log line that can be used.`);
  }
  for (const problem of keyLog.problems.slice(0, 3)) console.error(problem.text);
  if (keyLog.problems.length > 3)
    console.error(`${keyLog.problems.length - 3} more key log lines are wrong.`);
  return { capture, keyLog };
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
