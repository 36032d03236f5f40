import type { ConnView } from '../../report/view.ts';
import { hue } from '../parts/Glyphs.tsx';
import { usePicture } from '../session/context.tsx';

interface PartRow {
  name: string;
  /** Thread it is on, -1 in none, -2 does not exist. */
  tid: number;
  words: string;
}

/** Where a connection's parts are: one row a part, one column a thread. */
export function Parts({ conn }: { conn: ConnView }) {
  const threads = usePicture((p) => p.stage?.threads) ?? [];
  const n = threads.length;
  const w = 328;
  const left = 112;
  const x = (tid: number) => left + ((w - left - 14) * (tid + 0.5)) / n;
  const rows = partRows(conn);
  const waiting = threads.map((t) => t.inbox.filter((d) => d.conn?.letter === conn.name.letter).length);
  const h = 26 + (rows.length + 1) * 22;
  const words = `${rows.map((r) => `${r.name}: ${r.words}`).join('. ')}. Datagrams waiting: ${waiting.map((k, t) => `${k} on T${t}`).join(', ')}.`;
  return (
    <section className="parts-map">
      <h3>Where its parts are</h3>
      <svg viewBox={`0 0 ${w} ${h}`} className={hue(conn.name)} role="img" aria-label={words}>
        {conn.owner >= 0 && (
          <rect className="owner-column" x={x(conn.owner) - 15} y={2} width={30} height={h - 4} rx={2} />
        )}
        {threads.map((t) => (
          <g key={t.tid}>
            <text
              className={t.tid === conn.owner ? 'mono middle strong' : 'mono middle note'}
              x={x(t.tid)}
              y={16}
            >
              T{t.tid}
            </text>
            <line className="track" x1={x(t.tid)} x2={x(t.tid)} y1={22} y2={h - 6} />
          </g>
        ))}
        {rows.map((row, i) => {
          const y = 36 + i * 22;
          return (
            <g key={row.name}>
              <text className={row.tid === -1 ? 'strong' : ''} x={0} y={y + 4}>
                {row.name}
              </text>
              {row.tid >= 0 && (
                <circle
                  className={row.tid === conn.owner ? 'dot' : 'dot away'}
                  cx={x(row.tid)}
                  cy={y}
                  r={6}
                />
              )}
              {row.tid < 0 && (
                <text className="note" x={x(0) - 12} y={y + 4}>
                  {row.words}
                </text>
              )}
            </g>
          );
        })}
        <text x={0} y={36 + rows.length * 22 + 4}>
          Datagrams
        </text>
        {waiting.map((k, t) => {
          const late = k > 0 && t !== conn.owner;
          const y = 36 + rows.length * 22;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a thread is its index.
            <g key={t} className={late ? 'late' : ''}>
              {k > 0 && <rect className="waiting" x={x(t) - 10} y={y - 9} width={20} height={18} />}
              <text className={k > 0 ? 'middle strong' : 'middle note'} x={x(t)} y={y + 4}>
                {k}
              </text>
            </g>
          );
        })}
      </svg>
    </section>
  );
}

function partRows(c: ConnView): PartRow[] {
  const on = (tid: number) => (tid >= 0 ? `T${tid}` : 'in none');
  const list = c.inClosingList ? c.owner : c.listTid;
  const timer = (t: ConnView['idle']): PartRow['tid'] => (t.queued ? c.owner : t.armed ? -1 : -2);
  const timerWords = (t: ConnView['idle']) => (t.queued ? on(c.owner) : t.armed ? 'queued nowhere' : 'off');
  return [
    { name: 'CID entry', tid: c.owner, words: on(c.owner) },
    { name: 'Connection list', tid: list, words: on(list) },
    { name: 'I/O tasklet', tid: c.io.tid, words: on(c.io.tid) },
    { name: 'Idle timer', tid: timer(c.idle), words: timerWords(c.idle) },
    { name: 'Loss timer', tid: timer(c.loss), words: timerWords(c.loss) },
    c.fd
      ? { name: `Socket, fd ${c.fd.number}`, tid: c.fd.thread, words: on(c.fd.thread) }
      : { name: 'Socket', tid: -2, words: 'none of its own' },
  ];
}
