/** A sink that keeps what steps tell, for tests. */
import type { EventSink } from '../../haproxy/step/events.ts';

export interface Note {
  kind: number;
  tid: number;
  qc: number;
  a: number;
  b: number;
}

export interface Notes {
  sink: EventSink;
  list: Note[];
  of(kind: number): Note[];
}

export function notes(): Notes {
  const list: Note[] = [];
  return {
    list,
    of: (kind) => list.filter((n) => n.kind === kind),
    sink: {
      note: (x, kind, qc, a = 0, b = 0) => void list.push({ kind, tid: x.t, qc, a, b }),
      trace() {},
      called() {},
    },
  };
}
