/** A choice in a person's words, as it stands behind “Next:” and in lists of what was chosen. */
import type { Choice } from '../../machine/choice.ts';
import type { StageView } from '../../report/view.ts';

/** `stage`: for letters and numbers as on screen. */
export function choiceWords(c: Choice, stage: StageView): string {
  const letter = (conn: number): string =>
    stage.conns.find((k) => k.index === conn)?.name.letter ??
    stage.clients.find((k) => k.connIndex === conn)?.conn.letter ??
    'a connection';
  const of = (dgram: number): string => `datagram ${dgram + 1}`;
  switch (c.kind) {
    case 'step':
      return `T${c.tid} steps`;
    case 'hold':
      return `hold T${c.tid}`;
    case 'release':
      return `release T${c.tid}`;
    case 'rebind':
      return `order ${letter(c.conn)} to T${c.tid}`;
    case 'close':
      return `close ${letter(c.conn)}`;
    case 'gate':
      return c.on ? 'the gate on' : 'the gate off';
    case 'fail-allocation':
      return c.n > 0 ? 'the next allocation fails' : 'allocations succeed';
    case 'accept-target':
      return c.tid < 0
        ? 'accept by load again'
        : `accept ${c.conn < 0 ? 'the next' : letter(c.conn)} on T${c.tid}`;
    case 'deliver':
      return `${of(c.dgram)} arrives`;
    case 'duplicate':
      return `duplicate ${of(c.dgram)}`;
    default:
      return c.kind.replaceAll('-', ' ');
  }
}
