/**
 * The figure's half of the conversation with the page around it. The host sends a port with its hello; all else goes through that.
 * Whoever comes later is heard: the figure says that it is here, the host says hello again. What is no message of ours is nobody's.
 */
import { parseNamed } from '../machine/recording/named.ts';
import type { RunningFigure } from './begin.tsx';
import { type Heard, orderIn } from './orders.ts';
import { markWords } from './words.ts';

/** Of the messages; src/embed/messages.ts says what each holds. */
const VERSION = 1;

export function listenToHost({ player, state, setTheme, touched }: RunningFigure, node: HTMLElement): void {
  if (parent === window) return;
  const { reel } = player;
  let port: MessagePort | null = null;
  const tell = (on: string, what: object = {}): void => port?.postMessage({ on, ...what });

  const height = (): number => {
    const of = (name: string): number => node.querySelector<HTMLElement>(name)?.offsetHeight ?? 0;
    const box = node.querySelector('.stage')?.getAttribute('viewBox')?.split(' ').map(Number) ?? [];
    const stage = (Math.min(node.clientWidth, 1000) * box[3]!) / box[2]!;
    return Math.ceil(of('.figure-head') + stage + of('.figure-bar') + of('figcaption') + 2);
  };
  const ready = (): void => {
    const { title, look } = reel.tape;
    tell('ready', {
      title,
      look,
      lasts: reel.lasts,
      marks: reel.marks.map((m) => ({ step: m.at, kind: m.kind, name: markWords(m) })),
    });
    tell('height', { height: height() });
  };

  const seek = (to: number | string): void => {
    const named = typeof to === 'number' ? ({ kind: 'step', at: to } as const) : parseNamed(to);
    const frame = named ? reel.frameNamed(named) : -1;
    if (frame < 0) {
      tell('error', { text: `There is no moment “${String(to).slice(0, 80)}” here.` });
      return;
    }
    touched();
    const { deck, session } = state.getState();
    if (deck === player.deck) player.seekFrame(frame);
    else session.travel({ kind: 'seek', at: reel.stepAt(frame) });
  };
  const select = ({ conn, dgram }: Extract<Heard, { do: 'select' }>): void => {
    const { session } = state.getState();
    const { stage } = session.picture.getState();
    const letter = conn ?? stage?.threads.flatMap((t) => t.inbox).find((d) => d.no === dgram)?.conn?.letter;
    const found = stage?.conns.find((c) => c.name.letter === letter);
    if (found) session.select(found.index);
    else tell('error', { text: 'Nothing so named is here now.' });
  };

  const heard = ({ data }: MessageEvent): void => {
    const { deck } = state.getState();
    const order = orderIn(data);
    switch (order?.do) {
      case 'play':
        touched();
        deck.play();
        break;
      case 'pause':
        deck.pause();
        break;
      case 'seek':
        seek(order.to);
        break;
      case 'select':
        select(order);
        break;
      case 'theme':
        setTheme(order.theme);
        break;
      default:
        // What only later figures know is left alone.
        if (data?.do === 'seek') tell('error', { text: 'A moment is a number or a name.' });
    }
  };
  addEventListener('message', ({ source, data, ports }) => {
    if (source !== parent || data?.rebind !== 'hello' || data.version !== VERSION || !ports[0]) return;
    port = ports[0];
    port.onmessage = heard;
    ready();
  });
  parent.postMessage({ rebind: 'here', version: VERSION }, '*');

  const follow = (): void =>
    void state.getState().deck.state.subscribe((now, before) => {
      if (now.step !== before.step) tell('step', { step: now.step });
      if (now.name && now.name !== before.name) tell('mark', { step: now.step, name: now.name });
      if (now.atEnd && before.playing && !now.playing) tell('end');
    });
  follow();
  state.subscribe((now, before) => {
    if (now.deck !== before.deck) follow();
  });
  new ResizeObserver(() => tell('height', { height: height() })).observe(node);
}
