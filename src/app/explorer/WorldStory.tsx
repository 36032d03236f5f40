import type { WorldSpec } from '../../scenario/explore.ts';
import { plural } from '../stage/text.ts';
import { FIX_TITLES, worldRow } from './museum.ts';

/** Before anything has been searched: what the chosen world is about, and what is in it. */
export function WorldStory({ spec }: { spec: WorldSpec }) {
  const w = worldRow(spec.world);
  if (!w) return null;
  const rows = [
    ['In it', `${plural(w.threads, 'thread')}, ${plural(w.conns, 'connection')}`],
    ['May happen', mayHappen(w)],
    cause(w),
    ...(w.runsOn && !spec.revision ? [['Runs on', w.runsOn] as const] : []),
    ['To be searched', spec.fixed ? 'the program without the trouble' : 'the program with the trouble'],
  ] as const;
  return (
    <section className="ex-covers" aria-label="The chosen world" data-testid="ex-world-story">
      <h3>
        {w.id} · {w.title}
      </h3>
      <p className="trouble">{w.trouble}</p>
      <dl>
        {rows.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Where the trouble comes from, or what ended it; of what is only supposed, how that stands. */
function cause(w: NonNullable<ReturnType<typeof worldRow>>): readonly [string, string] {
  if (w.hypothesis) return ['Supposed', w.hypothesis];
  return w.fix
    ? ['Ended by', `${w.fix}: ${FIX_TITLES.get(w.fix) ?? ''}`]
    : ['Brought by', `mutation ${w.mutation}, which never shipped`];
}

/** What the world's bounds allow, beside the threads' own steps. */
function mayHappen(w: NonNullable<ReturnType<typeof worldRow>>): string {
  const parts = [
    [w.datagrams, 'datagram that arrives', 'datagrams that arrive'],
    [w.rebinds, 'rebind by hand', 'rebinds by hand'],
    [w.timerFirings, 'timer that runs out', 'timers that run out'],
    [w.allocationFailures, 'allocation that fails', 'allocations that fail'],
    [w.socketFailures, 'call on a socket that fails', 'calls on sockets that fail'],
  ] as const;
  const some = parts.filter(([n]) => n > 0).map(([n, one, many]) => plural(n, one, many));
  const threads =
    w.threadGroups > 1
      ? 'every order of the steps of threads in two groups'
      : 'every order of the threads’ steps';
  return [threads, ...some].join(', ');
}
