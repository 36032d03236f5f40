import { findRevision } from '../../haproxy/revisions.ts';
import { LIVE_DEFAULTS, type LiveSettings } from '../../hosts/live/contract.ts';
import { count } from '../stage/text.ts';
import { useLive, useLiveState } from './context.tsx';
import { MOST_CONNECTIONS, ROOMS, type SliderScale, sliderScale } from './sliders.ts';
import type { Wishes } from './store.ts';

const CONNECTIONS = sliderScale(MOST_CONNECTIONS, false, ROOMS);
const DATAGRAMS = sliderScale(1_000_000, true);
const CHURN = sliderScale(2000);
const REBINDS = sliderScale(2000);

/** From this fix on HAProxy itself rebinds, at accept. */
const AT_ACCEPT = '1acbbca17';

const hasFix = ({ revision, changes }: Wishes, id: string): boolean =>
  findRevision(revision)?.fixes.has(id) === true && !changes.without?.includes(id);

/** What the load generator does. Changes take effect at once. */
export function Load() {
  const live = useLive();
  const s = useLiveState((x) => x.settings);
  const clients = useLiveState((x) => x.wishes.source === 'clients');
  const opening = useLiveState((x) => x.wishes.opening);
  const compiled = useLiveState((x) => x.status?.compiled);
  const atAccept = useLiveState((x) => hasFix(x.wishes, AT_ACCEPT));
  return (
    <section aria-label="Load generator">
      <h2>Load generator</h2>
      {clients && (
        <Slider
          name="connections"
          label="Connections"
          scale={CONNECTIONS}
          value={s.connections}
          done={() => live.letGo()}
        />
      )}
      <Slider name="datagramsPerSecond" label="Datagrams/s" scale={DATAGRAMS} value={s.datagramsPerSecond} />
      {clients && (
        <Slider name="churnPerSecond" label="Connections replaced/s" scale={CHURN} value={s.churnPerSecond} />
      )}
      <Slider name="rebindsPerSecond" label="Rebinds/s" scale={REBINDS} value={s.rebindsPerSecond} />
      {atAccept && <p className="muted">Beside those that HAProxy makes when it accepts a connection.</p>}
      <label className="line">
        <span>Rebind</span>
        <select
          data-testid="rebind-policy"
          value={s.rebindPolicy}
          onChange={(e) =>
            live.setting({ rebindPolicy: e.target.value === 'busiest' ? 'busiest' : 'random' })
          }
        >
          <option value="random">any, to any thread</option>
          <option value="busiest">off the thread with most</option>
        </select>
      </label>
      {clients && <Size />}
      <p className="muted" data-testid="live-what">
        {what(clients, opening)}
      </p>
      <p className="muted" data-testid="live-steps">
        {compiled === true && 'Steps run compiled to WebAssembly.'}
        {compiled === false &&
          'Steps run as JavaScript: WebAssembly, or memory for it, is not to be had here.'}
      </p>
    </section>
  );
}

/** What the load is, and what of it is not as in real life. */
function what(clients: boolean, opening: boolean): string {
  if (!clients)
    return `The capture runs in a loop, each time with fresh client addresses and CIDs. ${
      opening
        ? 'Every packet is sealed anew, and opened by the thread that handles it.'
        : 'Routing only: packets go to their owner unopened.'
    }`;
  const who =
    'Clients of our own open connections, send and leave. The server sends what HAProxy sent in a handshake, then ACKs.';
  return `${who} ${
    opening
      ? 'Each packet has its own number, is really sealed, and is opened by the thread that handles it. Clients share a key, which comes from the seed.'
      : 'Routing only: packets go to their owner unopened, so a client sends the same bytes each time.'
  }`;
}

type Number1 = Exclude<keyof LiveSettings, 'rebindPolicy'>;

interface SliderProps {
  name: Number1;
  label: string;
  scale: SliderScale;
  value: number;
  done?: () => void;
}

function Slider({ name, label, scale, value, done }: SliderProps) {
  const live = useLive();
  const text = value === Number.POSITIVE_INFINITY ? 'as fast as taken' : count(value);
  return (
    <label className="slider">
      <span>{label}</span>
      <output className="mono">{text}</output>
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        value={scale.position(value)}
        aria-valuetext={text}
        data-testid={`live-${name}`}
        onChange={(e) => live.setting({ [name]: scale.value(Number(e.target.value)) })}
        onPointerUp={done}
        onKeyUp={done}
        onBlur={done}
      />
    </label>
  );
}

const SIZES = [50, 200, 600, LIVE_DEFAULTS.size, 1400];

function Size() {
  const live = useLive();
  const size = useLiveState((x) => x.wishes.size);
  return (
    <label className="line">
      <span>Size of a datagram</span>
      <select
        data-testid="live-size"
        value={size}
        title="Begins again."
        onChange={(e) => live.wish({ size: Number(e.target.value) })}
      >
        {SIZES.map((n) => (
          <option key={n} value={n}>
            {count(n)} bytes
          </option>
        ))}
      </select>
    </label>
  );
}
