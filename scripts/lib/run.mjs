import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { root } from './root.mjs';

/**
 * Runs one program to its end, without a stdin, and collects what it says.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: Record<string, string>, echo?: boolean, timeoutMs?: number}} [options] `echo` also shows
 *   the output as it comes; after `timeoutMs` the program is killed and the code is 124.
 * @returns {Promise<{code: number, output: string}>} `output` is stdout and stderr in order of arrival.
 */
export function run(command, args, options = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && !/[\\/]/.test(command),
    });
    let output = '';
    let late = false;
    const timer =
      options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            late = true;
            child.kill('SIGKILL');
          }, options.timeoutMs);
    const take = (chunk) => {
      output += chunk;
      if (options.echo) process.stdout.write(chunk);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => {
      clearTimeout(timer);
      done({ code: 127, output: `${output}${error.message}\n` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (late) output += `\n${command}: gave up after ${options.timeoutMs} ms\n`;
      done({ code: late ? 124 : (code ?? 1), output });
    });
  });
}

/** Runs a tool that is installed under node_modules, by the path of its script: no shell, same on every system. */
export function runTool(script, args, options) {
  return run(process.execPath, [resolve(root, 'node_modules', script), ...args], options);
}

/** The last `n` lines of a text, for showing why something failed without flooding the screen. */
export function tail(text, n = 60) {
  return text.trimEnd().split('\n').slice(-n).join('\n');
}
