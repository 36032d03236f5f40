/** One connection as `show quic` prints it in one line, which it does unless asked for the long form, from 2.8-dev10 on. */
import { LAYOUT, since, type Version } from './runtime/version.ts';
import type { ShownConn } from './show-text.ts';

const OLDEST =
  '# conn/frontend       state   in_flight infl_p lost_p                    from                    to      local & remote CIDs\n';
const WIDER =
  '# conn/frontend                     state   in_flight infl_p lost_p               from                    to          local & remote CIDs\n';
const NAMED =
  '# conn/frontend                     state   in_flight infl_p lost_p         Local Address           Foreign Address      local & remote CIDs\n';

/** What is printed above the lines. */
export function lineHead(version: Version): string {
  if (since(version, LAYOUT.localForeign)) return NAMED;
  return since(version, LAYOUT.onelinePadded) ? WIDER : OLDEST;
}

/** The line, ended. */
export function showLine(c: ShownConn, version: Version): string {
  const padded = since(version, LAYOUT.onelinePadded);
  const name = `${c.pointer}[${String(c.list).padStart(2, '0')}]/${(c.frontend ?? '-').slice(0, 12)} `;
  const counts = [right(c.inFlight, 9), right(c.inFlightPackets, 6), right(c.lost, 6)].join(' ');
  const left = `${padded ? name.padEnd(36) : name}${stateOf(c)}   ${counts}   `;
  return `${left}${addresses(c, version, padded)}${c.scid} ${c.dcid}\n`;
}

const right = (v: number | null, width: number): string => (v === null ? '-' : String(v)).padStart(width);

function stateOf({ state, complete }: ShownConn): string {
  if (state === 'closing') return 'CLOSE';
  if (state === 'draining') return 'DRAIN';
  return complete ? 'ESTAB' : 'HDSHK';
}

function addresses({ from, to }: ShownConn, version: Version, padded: boolean): string {
  const at = (text: string): string => {
    const cut = text.lastIndexOf(':');
    const port = text.slice(cut + 1);
    return `${text
      .slice(0, cut)
      .replace(/^\[(.*)\]$/, '$1')
      .padStart(15)}:${padded ? port.padEnd(5) : port}`;
  };
  if (since(version, LAYOUT.localForeign)) return `${at(from)}   ${at(to)} `;
  return `${at(to)} ${at(from)}${padded ? '   ' : '      '}`;
}
