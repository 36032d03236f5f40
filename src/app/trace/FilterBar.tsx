import { InlineChip } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { copied } from '../session/copy.ts';
import { loaded } from '../session/loaded.ts';
import { count } from '../stage/text.ts';
import { EVERYTHING, type TraceFilter } from './everything.ts';
import { EVENTS, isEverything, lineFilter, toggled } from './filter.ts';
import { lineIn } from './line-in.ts';
import { useWhere } from './useWhere.ts';

/** Connections that have a toggle; more are found by their letter among the words. */
const MOST = 12;
/** Lines that are copied at most. */
const COPIED = 20_000;

/** What is left of the trace: words, connections, threads, events, level. Within a group any of them, between groups all. */
export const FilterBar = memoised(({ total }: { total: number }) => {
  const session = useSession();
  const filter = useChoice((c) => c.traceFilter);
  const clients = usePicture((p) => p.stage?.clients) ?? [];
  const threads = usePicture((p) => p.stage?.threads.length ?? 0);
  const where = useWhere();
  const change = (part: Partial<TraceFilter>) => session.set({ traceFilter: { ...filter, ...part } });
  const copy = async () => {
    const wanted = lineFilter(filter, where);
    const got = wanted && (await session.ask('events', { filter: wanted, from: 0, to: COPIED }));
    if (!got) return;
    const rowAt = await loaded(
      session,
      'What copies lines',
      () => import('../../machine/recording/events.ts'),
      (m) => m.rowAt,
    );
    const n = Math.min(got.total, COPIED);
    const lines = Array.from({ length: n }, (_, i) => lineIn(session, rowAt(got.rows, i)));
    const text = lines.map((l) => l?.text || `# ${l?.note ?? ''}`).join('\n');
    if (await copied(session, text)) session.say({ text: `${n} lines copied.`, urgent: false });
  };
  return (
    <div className="trace-filter" data-widget="" role="toolbar" aria-label="Filter of the trace">
      <input
        type="search"
        aria-label="Words of a line"
        placeholder="words"
        data-testid="trace-words"
        value={filter.words}
        onChange={(e) => change({ words: e.target.value })}
      />
      <div className="toggles">
        {clients.slice(0, MOST).map((c) => (
          <Toggle
            key={c.connIndex}
            on={filter.conns.includes(c.connIndex)}
            label={`Connection ${c.conn.letter}`}
            testid={`trace-conn-${c.conn.letter}`}
            onPress={() => change({ conns: toggled(filter.conns, c.connIndex) })}
          >
            <InlineChip name={c.conn} side={15} />
          </Toggle>
        ))}
        <Toggle
          on={filter.conns.includes(-1)}
          label="none: lines of no connection"
          testid="trace-conn-none"
          onPress={() => change({ conns: toggled(filter.conns, -1) })}
        >
          none
        </Toggle>
      </div>
      <div className="toggles">
        {Array.from({ length: threads }, (_, t) => (
          <Toggle
            // biome-ignore lint/suspicious/noArrayIndexKey: a thread is its number.
            key={t}
            on={filter.tids.includes(t)}
            label={`Thread T${t}`}
            testid={`trace-T${t}`}
            onPress={() => change({ tids: toggled(filter.tids, t) })}
          >
            T{t}
          </Toggle>
        ))}
      </div>
      <div className="toggles">
        {Object.keys(EVENTS).map((name) => (
          <Toggle
            key={name}
            on={filter.events.includes(name)}
            label={name}
            testid={`trace-${name.replaceAll(', ', '-')}`}
            onPress={() => change({ events: toggled(filter.events, name) })}
          >
            {name}
          </Toggle>
        ))}
      </div>
      <label>
        level{' '}
        <select
          data-testid="trace-level"
          value={filter.level}
          onChange={(e) => change({ level: Number(e.target.value) })}
        >
          {[0, 1, 2, 3, 4, 5].map((n) => (
            <option key={n} value={n}>
              {n === 5 ? 'all' : `up to ${n}`}
            </option>
          ))}
        </select>
      </label>
      <div className="toggles">
        <button
          type="button"
          aria-pressed={!filter.each}
          title="What one run of a tasklet, a task or an fd’s handler told is one row until it is opened"
          data-testid="trace-callbacks"
          onClick={() => change({ each: !filter.each })}
        >
          fold callbacks
        </button>
      </div>
      <span className="trace-tools">
        <button
          type="button"
          className="btn"
          data-testid="trace-copy"
          disabled={total === 0}
          onClick={() => void copy()}
        >
          Copy {count(Math.min(total, COPIED))} {total === 1 ? 'line' : 'lines'}
        </button>
        {!isEverything(filter) && (
          <button
            type="button"
            className="btn plain"
            data-testid="trace-clear"
            onClick={() => session.set({ traceFilter: EVERYTHING })}
          >
            Clear
          </button>
        )}
      </span>
    </div>
  );
});

interface ToggleProps {
  on: boolean;
  label: string;
  testid: string;
  onPress(): void;
  children: React.ReactNode;
}

function Toggle({ on, label, testid, onPress, children }: ToggleProps) {
  return (
    <button type="button" aria-pressed={on} aria-label={label} data-testid={testid} onClick={onPress}>
      {children}
    </button>
  );
}
