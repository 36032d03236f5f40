import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UnusableInput } from './input.ts';

type Options = NonNullable<ParseArgsConfig['options']>;
interface Given<O extends Options> {
  args: string[];
  allowPositionals: true;
  options: O;
}

/** A command's options and positionals. Throws UnusableInput, with `usage` after the reason, for what the command does not take. */
export function argumentsOf<const O extends Options>(argv: string[], usage: string, options: O) {
  try {
    return parseArgs<Given<O>>({ args: argv, allowPositionals: true, options });
  } catch (error) {
    const why = error instanceof Error ? error.message.split(/[.\n]/)[0] : 'bad arguments';
    throw new UnusableInput(`${why}; usage: ${usage}`);
  }
}
