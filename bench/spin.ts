/** Spin, where it is installed: its own search of a model, compiled as fast as it goes. Node only. */

/** States a second of `pan` on the Promela model at `source`, and how many it saw; null without Spin or a C compiler. */
export async function spinSearch(
  source: string,
): Promise<(() => { states: number; perSecond: number }) | null> {
  const { execFileSync } = await import('node:child_process');
  const { mkdtempSync } = await import('node:fs');
  const { tmpdir } = await import('node:os');
  const { join, resolve } = await import('node:path');
  const cwd = mkdtempSync(join(tmpdir(), 'rebind-spin-'));
  const run = (file: string, args: string[]): string =>
    execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    run('spin', ['-a', '-o2', '-o3', resolve(source)]);
    run('gcc', ['-O2', '-DSAFETY', '-DNOREDUCE', '-o', 'pan', 'pan.c']);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  return () => {
    const text = run(join(cwd, 'pan'), ['-m100000']);
    const states = Number(/(\S+) states, stored/.exec(text)?.[1]);
    const seconds = Number(/elapsed time ([\d.]+) seconds/.exec(text)?.[1]);
    if (!(states > 0 && seconds > 0)) throw new Error(`pan said: ${text}`);
    return { states, perSecond: states / seconds };
  };
}
