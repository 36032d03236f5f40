import type { Way } from '../../report/packet/hops.ts';
import type {
  DatagramLook,
  FieldLook,
  FrameLook,
  FrameRow,
  PacketLook,
  Stage,
} from '../../report/packet/look.ts';
import { order } from '../commands/table.ts';
import { hue, InlineChip } from '../parts/Glyphs.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { count } from '../stage/text.ts';
import { isHidden } from './Bytes.tsx';

interface Props {
  look: DatagramLook;
  packet: PacketLook;
  index: number;
  name: string;
  stage: Stage;
  /** Its frames may be shown. */
  open: boolean;
  way: Way | null;
  marked: string;
  onOver(key: string): void;
  onPin(key: string): void;
}

/** One packet of a datagram: its fields, and its frames once its owner has opened it. */
export function PacketParts(props: Props) {
  const { look, packet, index, name, stage, open } = props;
  return (
    <section className={`packet-parts ${hue(look.conn)}`}>
      <h4>{name}</h4>
      <ul className="fields">
        {packet.fields.map((f) => (
          <FieldRow key={f.key} f={f} id={`${index} ${f.key}`} {...props} />
        ))}
      </ul>
      {packet.heading && (
        <div className={`packet-state ${packet.state}`}>
          <h4>{packet.heading}</h4>
          <p>{packet.why}</p>
          {packet.state === 'no-keys' && <AddKeys />}
        </div>
      )}
      {packet.state === 'opened' && (open ? <Frames {...props} /> : <Sealed look={look} way={props.way} />)}
      {packet.state === 'opened' && open && !packet.heading && packet.why && (
        <p className="packet-why">{packet.why}</p>
      )}
      {stage === 'opened' && packet.problem && <p className="packet-why">{packet.problem}</p>}
    </section>
  );
}

function AddKeys() {
  const session = useSession();
  return (
    <p>
      <button type="button" className="btn" onClick={() => order(session, 'open')}>
        Add a key log…
      </button>{' '}
      <small>Keys never leave this page and are not put into links.</small>
    </p>
  );
}

function FieldRow({
  f,
  id,
  stage,
  marked,
  look,
  way,
  onOver,
  onPin,
}: Omit<Props, 'packet' | 'index' | 'name' | 'open'> & { f: FieldLook; id: string }) {
  const said = f.at[stage];
  const on = marked === id;
  return (
    <li className={on ? 'marked' : ''} data-field={f.key}>
      <button
        type="button"
        className="field-row"
        aria-pressed={on}
        data-testid={`field-${f.key}`}
        onPointerEnter={() => onOver(id)}
        onPointerLeave={() => onOver('')}
        onFocus={() => onOver(id)}
        onBlur={() => onOver('')}
        onClick={() => onPin(id)}
      >
        <i className={`t-${f.tone} ${isHidden(f, stage) ? 'hidden' : ''}`} aria-hidden="true" />
        <span className="field-name">{f.name}</span>
        <code>{said.value}</code>
        <span className="field-note">{f.key === 'dcid' ? <Dcid look={look} way={way} /> : said.note}</span>
      </button>
      {f.bits && <Bits f={f} stage={stage} />}
    </li>
  );
}

/** What the entry of a datagram's DCID says now, and what it said when the datagram was sorted. */
function Dcid({ look, way }: { look: DatagramLook; way: Way | null }) {
  const now = usePicture((p) => p.stage?.conns.find((c) => c.index === look.connIndex)?.owner ?? -1);
  const at = usePicture((p) => p.travel.at);
  if (!look.conn) return 'of no connection';
  if (now < 0) return 'no entry now';
  const sorted = way?.hops.findLast((h) => h.at <= at && h.text.startsWith('sorts it to'));
  const then = /^sorts it to T(\d+)/.exec(sorted?.text ?? '')?.[1];
  return (
    <>
      <InlineChip name={look.conn} side={14} /> entry says T{now}
      {then !== undefined && Number(then) !== now && `; T${then} when it was sorted`}
    </>
  );
}

function Bits({ f, stage }: { f: FieldLook; stage: Stage }) {
  const masked = stage === 'received' && f.bits!.some((b) => b.masked);
  return (
    <>
      <div className="bits">
        {f.bits!.map((b) => (
          <span key={b.name} className={masked && b.masked ? 'hidden' : ''} style={{ flexGrow: b.width }}>
            <code>{stage === 'received' ? b.received : b.opened}</code>
            <small>{b.name}</small>
          </span>
        ))}
      </div>
      {masked && <p className="bits-note">hatched: masked by header protection until it is opened</p>}
    </>
  );
}

function Sealed({ look, way }: { look: DatagramLook; way: Way | null }) {
  const session = useSession();
  const at = usePicture((p) => p.travel.at);
  const later = way && way.handledAt > at;
  return (
    <div className="packet-frames">
      <h4>Frames</h4>
      <p className="muted">
        Sealed here: {look.conn ? `${look.conn.letter}’s owner` : 'nobody'} has not opened it yet, so the page
        does not show it.
        {later && (
          <>
            {' '}
            T{way.handledBy} has handled it at step{' '}
            <button
              type="button"
              className="link"
              onClick={() => session.travel({ kind: 'seek', at: way.handledAt })}
            >
              {count(way.handledAt)}
            </button>
            .
          </>
        )}{' '}
        <button
          type="button"
          className="link"
          data-testid="show-anyway"
          onClick={() => session.set({ openAhead: true })}
        >
          Show it anyway
        </button>
      </p>
    </div>
  );
}

/** Frames beyond these are shown when they are asked for. */
const SHOWN = 8;

function Frames({ packet, index, marked, onOver, onPin }: Props) {
  const session = useSession();
  const all = useChoice((c) => c.allFrames);
  const shown = all || packet.frames.length <= SHOWN ? packet.frames : packet.frames.slice(0, SHOWN - 2);
  const helloIn = packet.frames.findLastIndex((f) => f.name === 'CRYPTO');
  return (
    <div className="packet-frames" data-testid="frames">
      <h4>Frames</h4>
      <ul>
        {shown.map((f, k) => {
          const id = `${index} frame${k}`;
          return (
            <li key={f.off} className={marked === id ? 'marked' : ''}>
              <button
                type="button"
                className="frame-row"
                aria-pressed={marked === id}
                onPointerEnter={() => onOver(id)}
                onPointerLeave={() => onOver('')}
                onFocus={() => onOver(id)}
                onBlur={() => onOver('')}
                onClick={() => onPin(id)}
              >
                <code>0x{f.type.toString(16).padStart(2, '0')}</code>
                <b>{f.name}</b>
                <span>{f.summary}</span>
              </button>
              <Rows rows={k === helloIn ? [...f.rows, ...packet.hello] : f.rows} frame={f} />
            </li>
          );
        })}
      </ul>
      {shown.length < packet.frames.length && (
        <button type="button" className="link" onClick={() => session.set({ allFrames: true })}>
          {packet.frames.length - shown.length} more
        </button>
      )}
    </div>
  );
}

function Rows({ rows, frame }: { rows: readonly FrameRow[]; frame: FrameLook }) {
  if (rows.length === 0) return null;
  return (
    <dl>
      {rows.map((r, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a frame have no other name.
        <div key={`${frame.off} ${i}`}>
          <dt>{r.name}</dt>
          <dd>
            <code>{r.value}</code> {r.note && <span>{r.note}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
