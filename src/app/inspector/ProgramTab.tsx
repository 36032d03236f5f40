import { memo, useEffect, useRef, useState } from 'react';
import { changesOf } from '../../report/changes.ts';
import { programAt } from '../../report/program.ts';
import type { ProgramSection, ProgramStep } from '../../report/view.ts';
import { ThreadBadge } from '../parts/Glyphs.tsx';
import { later } from '../parts/later.tsx';
import { memoised } from '../parts/memoised.ts';
import { Choosers } from '../program/Choosers.tsx';
import { procedureOf } from '../program/procedures.ts';
import { useChoice, usePicture, useSession } from '../session/context.tsx';
import { plural } from '../stage/text.ts';
import { Rules } from './Rules.tsx';

const STATE_WORDS: Record<ProgramStep['state'], string> = {
  done: 'done',
  running: 'running',
  next: 'next',
  todo: 'not yet run',
  skipped: 'skipped',
};

const ProcedureView = later(
  { what: 'The procedure' },
  () => import('../program/ProcedureView.tsx'),
  (m) => m.ProcedureView,
);

/** The steps themselves: what is on screen is what runs. */
export function ProgramTab() {
  const procedure = useChoice((c) => c.procedure);
  return (
    <div className="program" data-testid="program">
      <Choosers />
      {procedure ? <ProcedureView /> : <RebindOfSelected />}
      <Rules />
    </div>
  );
}

/** Name of a function; shows it in full. */
const Fn = memo(({ name }: { name: string }) => {
  const session = useSession();
  const key = procedureOf(name)?.key;
  if (!key) return <code className="fn">{name}</code>;
  return (
    <button
      type="button"
      className="fn read-link"
      title="The whole function, with its jumps and lines"
      onClick={() => session.set({ procedure: key })}
    >
      {name}
    </button>
  );
});

function RebindOfSelected() {
  const session = useSession();
  const stage = usePicture((p) => p.stage);
  const selected = useChoice((c) => c.selected);
  const program = (stage && selected >= 0 && session.look((r, block) => programAt(r, block, selected))) || [];
  const threads = stage?.threads.length ?? 2;
  const options = useChoice((c) => c.options);
  return (
    <>
      {changesOf(options).map((change) => (
        <em key={change} className="changed-by-hand">
          {change}
        </em>
      ))}
      {program.length === 0 && (
        <p className="muted pad">
          No rebind of this connection yet. Drag it to another thread, press ⇧ and a digit, or use its menu.
        </p>
      )}
      {program.map((section) => (
        <Section
          key={`${section.title} ${section.fn} ${section.ranOn}`}
          section={section}
          threads={threads}
        />
      ))}
    </>
  );
}

/** A function of the move. Once it has run it is one line, until somebody opens it. */
function Section({ section, threads }: { section: ProgramSection; threads: number }) {
  const { title, fn, ranOn, steps } = section;
  const past = steps.every((s) => s.state === 'done' || s.state === 'skipped');
  const [open, setOpen] = useState(false);
  const folded = past && !open;
  const ran = steps.filter((s) => s.state === 'done').length;
  return (
    <section>
      <h3>
        {title}
        <span className="ran-on">
          {past && (
            <button
              type="button"
              className="read-link"
              aria-expanded={open}
              data-testid={`steps-of-${fn}`}
              onClick={() => setOpen(!open)}
            >
              {ran > 0 ? `${plural(ran, 'step')} done` : 'skipped'}
            </button>
          )}
          {ranOn >= 0 && (
            <>
              on <ThreadBadge tid={ranOn} threads={threads} />
            </>
          )}
        </span>
      </h3>
      <Fn name={fn} />
      {!folded && (
        <ol>
          {steps.map((step, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place in the program.
            <Step key={`${step.label} ${step.ref} ${i}`} step={step} />
          ))}
        </ol>
      )}
    </section>
  );
}

const Step = memoised(({ step }: { step: ProgramStep }) => {
  const row = useRef<HTMLLIElement>(null);
  const here = step.state === 'running' || step.state === 'next';
  useEffect(() => (here && row.current ? toMiddle(row.current) : undefined), [here]);
  const redispatch = /inbox|wake/i.test(step.text) && step.state === 'running' && step.label.length === 1;
  return (
    <li
      ref={row}
      className={`${step.state} ${step.commit ? 'commit' : ''} ${redispatch ? 'redispatch' : ''}`}
      aria-current={here ? 'step' : undefined}
    >
      <span className="mark">
        {step.tid >= 0 && step.state !== 'done' ? (
          <span className="at">T{step.tid}</span>
        ) : step.state === 'done' && !step.commit ? (
          <svg width="14" height="12" viewBox="0 0 14 12" aria-hidden="true">
            <path className="tick" d="M2 6l3.5 4L12 2" />
          </svg>
        ) : null}
      </span>
      <span className="label" title={step.ref}>
        {step.commit ? <DiamondLabel label={step.label} /> : step.label}
      </span>
      <span className="text">
        {step.text}
        <span className="visually-hidden">, {STATE_WORDS[step.state]}</span>
      </span>
      {step.commit && <span className="side">{step.state === 'done' ? 'committed' : 'commit'}</span>}
      {step.state === 'skipped' && <span className="side">skipped</span>}
    </li>
  );
});

/** Brings a row into the middle of what scrolls it, once it is laid out, unless it stands well within; returns how to give that up. */
function toMiddle(row: HTMLElement): () => void {
  const body = row.closest('.inspector-body');
  // Asked for at once, where it stands would be a layout of the page amid a step.
  const seen = new IntersectionObserver(
    ([entry]) => {
      seen.disconnect();
      if (!entry || !body) return;
      const { boundingClientRect: r, rootBounds: b } = entry;
      if (!b) return;
      const at = (r.top + r.bottom) / 2 - b.top;
      if (at < b.height * 0.15 || at > b.height * 0.75) body.scrollTop += at - b.height / 2;
    },
    { root: body },
  );
  seen.observe(row);
  return () => seen.disconnect();
}

function DiamondLabel({ label }: { label: string }) {
  return (
    <span className="diamond-label">
      <svg width="11" height="11" viewBox="0 0 11 11" aria-hidden="true">
        <path className="diamond" d="M5.5 0L11 5.5L5.5 11L0 5.5z" />
      </svg>
      {label}
    </span>
  );
}
