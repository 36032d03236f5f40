import { vi } from 'vitest';

export interface Printed {
  code: number;
  out: string;
  err: string;
}

/** A command as a test calls it: gives its exit code and what it wrote. What is spied on is for the test to restore. */
export function command(
  of: (argv: string[]) => number | Promise<number>,
): (...argv: string[]) => Promise<Printed> {
  return async (...argv) => {
    let out = '';
    const errors: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    vi.spyOn(console, 'error').mockImplementation((text) => {
      errors.push(String(text));
    });
    const code = await of(argv);
    return { code, out, err: errors.join('\n') };
  };
}
