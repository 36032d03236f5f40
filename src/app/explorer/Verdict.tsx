import { useState } from 'react';
import type { WorldSpec } from '../../scenario/explore.ts';
import { Octagon } from '../parts/Glyphs.tsx';
import { Icon } from '../parts/Icon.tsx';
import type { Explorer } from './control.ts';
import { Sign } from './Marks.tsx';
import { blindOf, changesIn } from './museum.ts';
import type { Run } from './types.ts';
import { verdictWords } from './words.ts';

/** What is known of the run that is shown, and what can be done with it. */
export function Verdict({ run, explorer }: { run: Run | null; explorer: Explorer }) {
  const w = verdictWords(run);
  const live = run?.state === 'searching' || run?.state === 'paused';
  return (
    <section className={`ex-verdict ${w.tone}`} aria-label="Verdict" data-testid="verdict" data-tone={w.tone}>
      <svg width="46" height="46" viewBox="0 0 46 46" aria-hidden="true">
        {w.tone === 'violation' ? <Octagon cx={23} cy={23} r={22} /> : <Sign tone={w.tone} />}
      </svg>
      <div>
        {run && <p className="name">{run.name}</p>}
        <h2>{w.heading}</h2>
        <p>{w.detail}</p>
        {run && <Changed spec={run.form.spec} />}
      </div>
      <div className="ex-acts">
        {live && (
          <>
            {run.state === 'paused' ? (
              <button type="button" className="btn primary" data-testid="ex-resume" onClick={explorer.resume}>
                Resume
              </button>
            ) : (
              <button type="button" className="btn" data-testid="ex-pause" onClick={explorer.pause}>
                Pause
              </button>
            )}
            <button type="button" className="btn" data-testid="ex-cancel" onClick={explorer.cancel}>
              Cancel
            </button>
          </>
        )}
        {run?.verdict?.verdict === 'violation' && (
          <button
            type="button"
            className="btn primary"
            data-testid="ex-play"
            onClick={() => explorer.play(run)}
          >
            <Icon name="play" />
            Play on stage
          </button>
        )}
        {run?.verdict?.verdict === 'violation' && <CopyLink key={run.id} run={run} explorer={explorer} />}
      </div>
    </section>
  );
}

/** What was changed of the program that was searched, and the rules that have nothing to look at by it. */
function Changed({ spec }: { spec: WorldSpec }) {
  const changes = changesIn(spec);
  if (changes.length === 0) return null;
  return (
    <ul className="ex-changed" aria-label="Changes of the program" data-testid="ex-changed">
      {changes.map((c) => (
        <li key={c}>{c}</li>
      ))}
      {[...blindOf(spec)].map(([rule, why]) => (
        <li key={rule}>
          {rule} has {why}
        </li>
      ))}
    </ul>
  );
}

/** Copies the address that plays the run; where the browser does not allow that, shows it to be copied by hand. */
function CopyLink({ run, explorer }: { run: Run; explorer: Explorer }) {
  const [said, setSaid] = useState('');
  const [shown, setShown] = useState('');
  const copy = () => {
    const link = new URL(explorer.link(run), location.href).href;
    const denied = () => {
      setSaid('The browser did not allow copying.');
      setShown(link);
    };
    if (!navigator.clipboard) denied();
    else void navigator.clipboard.writeText(link).then(() => setSaid('Copied.'), denied);
  };
  return (
    <span className="ex-copy">
      <button type="button" className="btn" data-testid="ex-copy" onClick={copy}>
        Copy link
      </button>
      <small role="status">{said}</small>
      {shown && (
        <input
          className="mono"
          aria-label="Link"
          data-testid="ex-link"
          readOnly
          value={shown}
          onFocus={(e) => e.target.select()}
        />
      )}
    </span>
  );
}
