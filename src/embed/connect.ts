/**
 * Drives a figure in an iframe:
 *
 *   const figure = connect(document.querySelector('iframe'));
 *   figure.on('mark', ({ name }) => console.log(name));
 *   figure.seek('A.commit');
 *
 * Either side may be late: what is ordered before the figure is there is done once it is, and after a reload it is told hello again.
 */
import { type EventName, type Events, eventIn, type FigureTheme, type Order, VERSION } from './messages.ts';

export interface Figure {
  play(): void;
  pause(): void;
  /** A step, or a name as `A.redispatch.1`. */
  seek(to: number | string): void;
  /** A connection (`{ conn: 'A' }`), or that of a datagram (`{ dgram: 33 }`). */
  select(what: { conn?: string; dgram?: number | string }): void;
  setTheme(theme: FigureTheme): void;
  /** Returns how to stop listening. */
  on<K extends EventName>(event: K, cb: (what: Events[K]) => void): () => void;
  /** Ends the conversation; the frame stays. */
  destroy(): void;
}

/** Orders that wait for a figure that has not come; the first are let go. */
const MOST_WAITING = 100;

export function connect(frame: HTMLIFrameElement): Figure {
  const listeners = new Map<EventName, Set<(what: never) => void>>();
  let port: MessagePort | null = null;
  let ready = false;
  let waiting: Order[] = [];
  let theme: FigureTheme | null = null;
  /** The document that is being loaded has been told hello already. */
  let greeted = false;

  /** Without an origin of its own (a sandbox) any may be meant: what is sent is no secret, and only this frame's window gets it. */
  const target = (): string => {
    const shut = frame.sandbox.length > 0 && !frame.sandbox.contains('allow-same-origin');
    return shut || !frame.src ? '*' : new URL(frame.src, document.baseURI).origin;
  };

  function hello(): void {
    const window = frame.contentWindow;
    if (!window) return;
    // What was ordered over the one before may still be on its way to the same document: it stays open.
    if (port) port.onmessage = null;
    ready = false;
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }) => heard(data);
    try {
      window.postMessage({ rebind: 'hello', version: VERSION }, target(), [channel.port2]);
    } catch {
      // What stands in the frame now is another page: it is told once the figure's is there.
    }
  }

  function heard(data: unknown): void {
    const event = eventIn(data);
    if (!event) return;
    if (event.on === 'ready') {
      ready = true;
      if (theme) port?.postMessage({ do: 'theme', theme });
      for (const order of waiting) port?.postMessage(order);
      waiting = [];
    }
    for (const cb of listeners.get(event.on) ?? []) cb(event as never);
  }

  function order(o: Order): void {
    if (ready) port?.postMessage(o);
    else waiting = [...waiting, o].slice(-MOST_WAITING);
  }

  const here = ({ source, data, origin }: MessageEvent): void => {
    if (source !== frame.contentWindow || data?.rebind !== 'here') return;
    const wanted = target();
    if (wanted !== '*' && origin !== wanted) return;
    greeted = true;
    hello();
  };
  /** A second hello would end the conversation that has begun, and what was ordered in it. */
  const loaded = (): void => {
    if (!greeted) hello();
    greeted = false;
  };
  addEventListener('message', here);
  frame.addEventListener('load', loaded);
  // A frame that has just been made still holds its empty document: its own is told once it is loaded.
  if (frame.contentDocument?.URL !== 'about:blank') hello();

  return {
    play: () => order({ do: 'play' }),
    pause: () => order({ do: 'pause' }),
    seek: (to) => order({ do: 'seek', to }),
    select: (what) => order({ do: 'select', ...what }),
    setTheme(t) {
      theme = t;
      if (ready) order({ do: 'theme', theme: t });
    },
    on(event, cb) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(cb as (what: never) => void));
      return () => void set.delete(cb as (what: never) => void);
    },
    destroy() {
      removeEventListener('message', here);
      frame.removeEventListener('load', loaded);
      port?.close();
      port = null;
      listeners.clear();
      waiting = [];
    },
  };
}
