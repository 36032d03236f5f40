import { useRef, useState } from 'react';
import { SEED_BODY } from '../../haproxy/step/patch.ts';
import type { DifferenceRow, EdgeChange } from '../../report/difference.ts';
import { BACK, type ListedEdge, type ListedStep } from '../../report/listing.ts';
import { usePicture } from '../session/context.tsx';
import { JumpLines } from './JumpLines.tsx';
import { gutterOf } from './jumps.ts';
import { Numbers, PatchButton } from './Links.tsx';
import { isPatch } from './patches.ts';
import { type Where as Place, StepMenu, type StepMenuOf } from './StepMenu.tsx';
import { useJumps } from './useJumps.ts';

const MARKS: Record<DifferenceRow['kind'], readonly [string, string]> = {
  same: ['', ''],
  added: ['+', 'added'],
  removed: ['−', 'removed'],
  changed: ['~', 'changed'],
  moved: ['↕', 'moved'],
  edges: ['*', 'other jumps'],
};

/** Steps one below another, with their jumps drawn beside them. */
export function Rows({ of, rows }: { of: Place; rows: readonly DifferenceRow[] }) {
  const list = useRef<HTMLDivElement>(null);
  const laid = useJumps(list, rows);
  /** Label of a row: the lines from and to it stand out. */
  const [lit, setLit] = useState('');
  const [menu, setMenu] = useState<StepMenuOf | null>(null);
  const standing = useStanding(of.called);
  const there = rows.filter((r) => r.kind !== 'removed');
  const go = (label: string) => {
    const row = list.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(label)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    row?.focus({ preventScroll: true });
  };
  return (
    <div
      ref={list}
      className="procedure-rows"
      style={{ '--gutter': `${gutterOf(laid.lanes)}px` } as React.CSSProperties}
      data-testid="procedure-rows"
    >
      <ol>
        {rows.map((row) => {
          const { kind, step } = row;
          const gone = kind === 'removed';
          const here = gone ? undefined : standing.get(step.label);
          return (
            <li
              key={`${kind === 'removed'} ${step.label}`}
              className={`${kind} ${here ? 'standing' : ''} ${step.falls ? '' : 'ends'}`}
              data-step={gone ? undefined : step.label}
              tabIndex={-1}
              onPointerEnter={() => setLit(step.label)}
              onPointerLeave={() => setLit('')}
              onFocus={() => setLit(step.label)}
              onBlur={() => setLit('')}
            >
              <span className="mark">
                {here ? <span className="at">{here}</span> : <b aria-hidden="true">{MARKS[kind][0]}</b>}
                <span className="visually-hidden">{MARKS[kind][1]}</span>
              </span>
              <span className="label">{step.label}</span>
              <div className="what">
                <p className="text">{step.text}</p>
                {row.was && (
                  <p className="was">
                    was {row.was.label}: <s>{row.was.text}</s>
                  </p>
                )}
                {row.elsewhere !== undefined && (
                  <p className="was">
                    {kind === 'added' ? 'from' : 'now in'} <code>{row.elsewhere}</code>
                  </p>
                )}
                {row.edges.map((e) => (
                  <p key={e.edge} className="was">
                    {edgeChange(e)}
                  </p>
                ))}
                <div className="under">
                  <Where step={step} />
                  {!gone && <Edges step={step} go={go} />}
                </div>
                {!gone && (
                  <button
                    type="button"
                    className="ask"
                    aria-label={`Ask of step ${step.label}`}
                    aria-haspopup="menu"
                    data-testid={`step-menu-${step.label}`}
                    onClick={(e) => {
                      const { left, bottom } = e.currentTarget.getBoundingClientRect();
                      const below = there[there.indexOf(row) + 1]?.step.label ?? '';
                      setMenu({ step, below, x: left, y: bottom });
                    }}
                  >
                    ⋯
                  </button>
                )}
              </div>
            </li>
          );
        })}
      </ol>
      <JumpLines laid={laid} lit={lit} rows={rows} />
      {menu && <StepMenu where={of} of={menu} onClose={() => setMenu(null)} />}
    </div>
  );
}

/** Where the step stands in C, its numbers, who wrote it, what it is. */
function Where({ step }: { step: ListedStep }) {
  const { place, ref, wrote, roles } = step;
  return (
    <span className="where">
      <code title={place.near ? `in ${place.near.source}; not known in this revision` : undefined}>
        {place.near ? `(${place.near.at})` : place.at}
      </code>
      {ref ? <Numbers of={ref} /> : <span>ours</span>}
      {wrote !== SEED_BODY && (isPatch(wrote) ? <PatchButton id={wrote} /> : <span>{wrote}</span>)}
      {roles.map((r) => (
        <span key={r.name} className="role">
          {roleWords(r.name)}
        </span>
      ))}
    </span>
  );
}

/** "error path". */
const roleWords = (role: string): string => role.replace(/[A-Z]/g, (c) => ` ${c.toLowerCase()}`);

/** The named jumps of a step; each leads to its row. */
function Edges({ step, go }: { step: ListedStep; go(label: string): void }) {
  if (step.edges.length === 0 && step.falls) return null;
  return (
    <span className="edges">
      {step.edges.map((e) => (
        <Edge key={e.name} edge={e} go={go} />
      ))}
    </span>
  );
}

function Edge({ edge: { name, to }, go }: { edge: ListedEdge; go(label: string): void }) {
  if (to === BACK)
    return (
      <span className="edge" data-jump={BACK}>
        {name} <span className="muted">back</span>
      </span>
    );
  return (
    <button type="button" className="edge" data-jump={to} title={`leads to ${to}`} onClick={() => go(to)}>
      {name} <span className="muted">{to}</span>
    </button>
  );
}

const target = (label: string): string => (label === BACK ? 'back to the caller' : label);

function edgeChange({ edge, from, to }: EdgeChange): string {
  if (from === '') return `${edge}: new, to ${target(to)}`;
  return to === ''
    ? `${edge}: gone, led to ${target(from)}`
    : `${edge}: ${target(from)} before, now ${target(to)}`;
}

/** Threads that stand in the procedure now, by the step that each takes next: "T0 T2". */
function useStanding(name: string): ReadonlyMap<string, string> {
  const bare = name.replace(/^<|>$/g, '');
  const text = usePicture((p) =>
    (p.stage?.threads ?? [])
      .filter((t) => t.step !== null && t.fn.replace(/\(\)$/, '') === bare)
      .map((t) => `${t.step!.label} T${t.tid}`)
      .join('\n'),
  );
  const at = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [label, tid] = line.split(' ') as [string, string | undefined];
    if (tid) at.set(label, `${at.has(label) ? `${at.get(label)} ` : ''}${tid}`);
  }
  return at;
}
