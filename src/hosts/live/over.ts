/** A run as the page holds it, over a line to its supervisor, wherever that is. */
import type { Port } from '../port.ts';
import { Watch } from '../pulse.ts';
import { Board, dismissAll } from './board.ts';
import type { Frozen, Live, LiveBegin, LiveStatus } from './contract.ts';
import { type ImageParts, imageMs } from './image.ts';
import type { FromSupervisor, ToSupervisor } from './messages.ts';
import { LiveReading } from './reading.ts';

/** A run over a line to its supervisor. */
export function liveOver(port: Port<FromSupervisor, ToSupervisor>, begin: LiveBegin): Live {
  const listeners = new Set<(status: LiveStatus) => void>();
  const freezers = new Set<(frozen: Frozen) => void>();
  const refusals = new Set<(why: string) => void>();
  let board: Board | null = null;
  let reading: LiveReading | null = null;
  let status: LiveStatus | null = null;
  const tell = (s: LiveStatus): void => {
    status = s;
    for (const cb of listeners) cb(s);
  };
  const watch = new Watch();
  let image: ImageParts | null = null;
  port.onMessage((m) => {
    watch.heard(m.kind === 'status' && m.status.phase !== 'starting');
    if (m.kind === 'beat') return;
    if (m.kind === 'image') image = m.parts;
    else if (m.kind === 'board') {
      board = new Board(m.parts);
      reading = new LiveReading(board);
    } else if (m.kind === 'status') tell(m.status);
    else if (m.kind === 'frozen') for (const cb of freezers) cb(m.frozen);
    else for (const cb of refusals) cb(m.why);
  });
  port.onEnd((why) => {
    watch.ended(why);
    if (!status) for (const cb of refusals) cb(`The supervisor has ended (${why}).`);
  });
  port.post({ kind: 'begin', begin });
  const listen =
    <T>(all: Set<T>) =>
    (cb: T): (() => void) => {
      all.add(cb);
      return () => all.delete(cb);
    };
  return {
    order: (order) => port.post({ kind: 'order', order }),
    get reading() {
      return reading;
    },
    onStatus(cb) {
      if (status) cb(status);
      return listen(listeners)(cb);
    },
    onFrozen: listen(freezers),
    onRefused: listen(refusals),
    onPulse: (cb) => watch.on(cb),
    lastImage() {
      const ms = image ? imageMs(image) : -1;
      return image && ms > 0 ? { image, age: Math.max(0, (reading?.ms ?? ms) - ms) } : null;
    },
    close() {
      watch.stop();
      // Told to end, a browser lets a worker run on for a while; told so on the board, it leaves at once.
      if (board) dismissAll(board);
      port.close();
    },
  };
}
