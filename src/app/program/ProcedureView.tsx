import { useMemo } from 'react';
import { sourceOf } from '../../haproxy/places/index.ts';
import { programOf } from '../../haproxy/revisions.ts';
import type { AnyProcedure } from '../../haproxy/step/proc.ts';
import { type DifferenceRow, differenceOf } from '../../report/difference.ts';
import { broughtBy, listingOf } from '../../report/listing.ts';
import { useChoice, useSession } from '../session/context.tsx';
import { UNCHANGED } from './changes.ts';
import { PatchButton } from './Links.tsx';
import { inOrder, procedureOf, type Shown, shownOf } from './procedures.ts';
import { Rows } from './Rows.tsx';
import './program.css';

/** One procedure of the program that runs, and what differs from another revision. */
export function ProcedureView() {
  const { revisions } = useSession().backend;
  const key = useChoice((c) => c.procedure);
  const options = useChoice((c) => c.options);
  const against = useChoice((c) => c.against);
  const shown = useMemo(() => shownOf(options, revisions), [options, revisions]);
  const other = useMemo(
    () => (against ? shownOf({ ...options, ...UNCHANGED, revision: against }, revisions) : null),
    [against, options, revisions],
  );
  const proc = procedureOf(key);
  if (!proc) return null;
  if (typeof shown === 'string') return <p className="muted pad">{shown}</p>;
  if (other === null || typeof other === 'string') return <Alone proc={proc} shown={shown} />;
  return <Difference proc={proc} shown={shown} other={other} />;
}

function Alone({ proc, shown }: { proc: AnyProcedure; shown: Shown }) {
  const { revision, base } = shown;
  const { key } = proc;
  const { name, steps } = useMemo(() => listingOf(programOf(revision), proc, base), [proc, revision, base]);
  const rows = useMemo(
    () => steps.map((step): DifferenceRow => ({ kind: 'same', step, edges: [] })),
    [steps],
  );
  const source = sourceOf(base);
  if (steps.length === 0) return <NotThere proc={proc} shown={shown} />;
  return (
    <section>
      <Head name={name}>{steps.length === 1 ? '1 step' : `${steps.length} steps`}</Head>
      <Said shown={shown} />
      <Lines source={source} rows={rows} />
      <Rows of={{ key, called: name, program: shown.options, name: shown.name }} rows={rows} />
    </section>
  );
}

function Difference({ proc, shown, other }: { proc: AnyProcedure; shown: Shown; other: Shown }) {
  const [before, after] = inOrder(shown, other);
  const { rows, name } = useMemo(() => {
    const [a, b] = [before, after].map((s) => {
      const program = programOf(s.revision);
      return { program, listing: listingOf(program, proc, s.base) };
    }) as [Parameters<typeof differenceOf>[0], Parameters<typeof differenceOf>[1]];
    const { listing } = b.listing.steps.length > 0 ? b : a;
    return { rows: differenceOf(a, b), name: listing.name };
  }, [proc, before, after]);
  if (rows.length === 0) return <NotThere proc={proc} shown={after} />;
  return (
    <section>
      <Head name={name}>{countsOf(rows)}</Head>
      <Said lead="From" shown={before} />
      <Said lead="to" shown={after} />
      <Lines source="" rows={rows} />
      <Rows of={{ key: proc.key, called: name, program: after.options, name: after.name }} rows={rows} />
    </section>
  );
}

function Head({ name, children }: { name: string; children: string }) {
  return (
    <h3 className="procedure-head">
      <code>{name}</code>
      <span className="ran-on" data-testid="procedure-counts">
        {children}
      </span>
    </h3>
  );
}

/** Which program it is, and what has been changed of it. */
function Said({ lead = 'In', shown }: { lead?: string; shown: Shown }) {
  return (
    <p className="said" data-testid="procedure-of">
      {lead} <b>{shown.name}</b>
      {shown.changes.map((c) => (
        <em key={c} className="changed-by-hand">
          {c}
        </em>
      ))}
    </p>
  );
}

/** Of which state of HAProxy's source the lines are. */
function Lines({ source, rows }: { source: string; rows: readonly DifferenceRow[] }) {
  if (source) return <p className="said">Lines as in {source}.</p>;
  if (!rows.some((r) => r.step.place.near)) return null;
  return <p className="said">Lines in brackets are those of the nearest source that is known.</p>;
}

function NotThere({ proc, shown }: { proc: AnyProcedure; shown: Shown }) {
  const by = broughtBy(proc);
  return (
    <section>
      <Head name={proc.key}>no steps</Head>
      <p className="said">
        No part of <b>{shown.name}</b>
        {by ? (
          <>
            : <PatchButton id={by.id} /> brings it.
          </>
        ) : (
          '.'
        )}
      </p>
    </section>
  );
}

const KINDS = [
  ['added', 'added'],
  ['removed', 'removed'],
  ['changed', 'changed'],
  ['moved', 'moved'],
  ['edges', 'with other jumps'],
] as const;

/** "1 added, 6 removed". */
function countsOf(rows: readonly DifferenceRow[]): string {
  const counts = KINDS.flatMap(([kind, word]) => {
    const n = rows.filter((r) => r.kind === kind).length;
    return n > 0 ? [`${n} ${word}`] : [];
  });
  return counts.length > 0 ? counts.join(', ') : 'the same';
}
