/** WebKitGTK driven by its WebDriver: the few commands that the smoke test needs, over fetch. */
import { spawn } from 'node:child_process';
import { freePort } from '../../scripts/lib/port.mjs';

/** WebDriver's characters for keys that print none. */
const KEYS = {
  Shift: '\uE008',
  Enter: '\uE007',
  End: '\uE010',
  Home: '\uE011',
  ArrowLeft: '\uE012',
  ArrowRight: '\uE014',
};

/** @param {{driver: string, browser: string, display: string}} webkit */
export async function webkitDriver({ driver, browser, display }) {
  const port = await freePort();
  const child = spawn(display, ['-a', '-s', '-screen 0 1440x900x24', driver, `--port=${port}`], {
    stdio: 'ignore',
    // A group of its own: the display and the browser end with it. Root may not use the browser's sandbox.
    detached: true,
    env: { ...process.env, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1', LIBGL_ALWAYS_SOFTWARE: '1' },
  });
  const ended = new Promise((_, fail) => {
    child.on('error', fail);
    child.on('exit', (code) => fail(new Error(`WebKitWebDriver has ended (${code})`)));
  });
  ended.catch(() => {});
  const call = async (method, path, body) => {
    const asked = fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
    });
    const { value } = await (await Promise.race([asked, ended])).json();
    if (value?.error) throw new Error(`${value.error}: ${value.message}`);
    return value;
  };
  await untilUp(call);
  const { sessionId, capabilities } = await call('POST', '/session', {
    capabilities: {
      alwaysMatch: {
        browserName: 'MiniBrowser',
        'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
      },
    },
  });
  const session = `/session/${sessionId}`;
  await call('POST', `${session}/timeouts`, { script: 120_000 });
  await call('POST', `${session}/window/rect`, { width: 1440, height: 900 });
  return {
    version: `WebKitGTK ${capabilities.browserVersion}`,
    open: async (url) => {
      // The same address again would only jump within the page.
      await call('POST', `${session}/url`, { url: 'about:blank' });
      await call('POST', `${session}/url`, { url });
    },
    run: (fn, ...args) =>
      call('POST', `${session}/execute/sync`, { script: `return (${fn}).apply(null, arguments)`, args }),
    async press(key, held = []) {
      const [value, ...keys] = [key, ...held].map((k) => KEYS[k] ?? k);
      const actions = [
        ...keys.map((k) => ({ type: 'keyDown', value: k })),
        { type: 'keyDown', value },
        { type: 'keyUp', value },
        ...keys.map((k) => ({ type: 'keyUp', value: k })),
      ];
      await call('POST', `${session}/actions`, { actions: [{ type: 'key', id: 'keys', actions }] });
    },
    async drag([first, ...others]) {
      const move = ([x, y]) => ({
        type: 'pointerMove',
        duration: 0,
        origin: 'viewport',
        x: Math.round(x),
        y: Math.round(y),
      });
      const actions = [
        move(first),
        { type: 'pointerDown', button: 0 },
        ...others.map(move),
        { type: 'pointerUp', button: 0 },
      ];
      const pointer = { type: 'pointer', id: 'pointer', parameters: { pointerType: 'mouse' }, actions };
      await call('POST', `${session}/actions`, { actions: [pointer] });
    },
    async close() {
      await call('DELETE', session).catch(() => {});
      child.removeAllListeners('exit');
      process.kill(-child.pid, 'SIGTERM');
    },
  };
}

async function untilUp(call) {
  for (let tries = 0; ; tries++) {
    try {
      await call('GET', '/status');
      return;
    } catch (error) {
      if (tries === 100 || !/fetch failed/.test(error.message)) throw error;
      await new Promise((done) => setTimeout(done, 200));
    }
  }
}
