import { useRef } from 'react';
import { useSize } from '../page/useSize.ts';
import { Lifelines } from './Lifelines.tsx';
import type { Run } from './types.ts';
import './lifelines.css';

interface Props {
  run: Run;
  compare: boolean;
  onCompare(on: boolean): void;
}

/** The run that was found, and the same choices on the program with the fix beside it. */
export function Counterexample(props: Props) {
  const { lifelines, verdict } = props.run;
  if (!lifelines || verdict?.verdict !== 'violation') return null;
  return <Found {...props} lifelines={lifelines} verdict={verdict} />;
}

interface FoundProps extends Props {
  lifelines: NonNullable<Run['lifelines']>;
  verdict: Extract<NonNullable<Run['verdict']>, { verdict: 'violation' }>;
}

function Found({ run, compare, onCompare, lifelines, verdict }: FoundProps) {
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const { beside } = run;
  const both = compare && beside !== null;
  const each = Math.max(300, Math.min(660, both ? (width - 24) / 2 : width));
  const parting = beside ? beside.parting : -1;
  return (
    <section className="ex-run" aria-label="Run">
      <div className="ex-run-head">
        <h2>{verdict.shortest ? 'Shortest counterexample' : 'Counterexample'}</h2>
        <span className="owns-key">thick line: owns {lifelines.conns.map((c) => c.letter).join(', ')}</span>
        {beside && (
          <label className="check">
            <input
              type="checkbox"
              checked={compare}
              data-testid="ex-compare"
              onChange={(e) => onCompare(e.target.checked)}
            />
            beside the same choices with {beside.program}
          </label>
        )}
      </div>
      <div ref={box} className="ex-lines">
        {width > 0 && (
          <figure>
            {both && <figcaption>{run.name}</figcaption>}
            <Lifelines
              lines={lifelines}
              broken={verdict.broken}
              width={each}
              parting={both ? parting : -1}
              title={run.name}
            />
          </figure>
        )}
        {width > 0 && both && (
          <figure data-testid="beside">
            <figcaption>
              With {beside.program}
              {parting < 0 ? ', the same steps throughout' : ''}
              {beside.lifelines.rows.length < lifelines.rows.length
                ? ', as far as the choices can be taken'
                : ''}
            </figcaption>
            <Lifelines
              lines={beside.lifelines}
              broken={beside.lifelines.broken}
              width={each}
              parting={parting}
              title={`With ${beside.program}`}
            />
          </figure>
        )}
      </div>
    </section>
  );
}
