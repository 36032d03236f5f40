import { useId, useState } from 'react';
import { refusalOf, stepNames } from './museum.ts';
import type { Form } from './types.ts';

const VERBS = [
  ['move', 'Move'],
  ['drop', 'Drop'],
  ['swap', 'Swap'],
] as const;
type Verb = (typeof VERBS)[number][0];

interface Props {
  form: Form;
  change(part: Partial<Form>): void;
}

/** Changes that a person tries before writing C: steps dropped, moved, swapped. One that does not fit is refused with its reason. */
export function Ideas({ form, change }: Props) {
  const { spec } = form;
  const ideas = spec.ideas ?? [];
  const [verb, setVerb] = useState<Verb>('move');
  const [where, setWhere] = useState<'before' | 'after'>('after');
  const [step, setStep] = useState('');
  const [other, setOther] = useState('');
  const [refused, setRefused] = useState('');
  const names = useId();
  const put = (next: readonly string[]) => {
    const { ideas: _, ...rest } = spec;
    change({ spec: next.length > 0 ? { ...rest, ideas: next } : rest });
  };
  const words =
    verb === 'drop'
      ? `drop ${step.trim()}`
      : verb === 'swap'
        ? `swap ${step.trim()} ${other.trim()}`
        : `move ${step.trim()} ${where} ${other.trim()}`;
  const ready = step.trim() !== '' && (verb === 'drop' || other.trim() !== '');
  const add = () => {
    if (!ready) return;
    const next = [...ideas, words];
    const why = refusalOf({ ...spec, ideas: next });
    setRefused(why);
    if (why) return;
    put(next);
    setStep('');
    setOther('');
  };
  const onEnter = (e: React.KeyboardEvent) => {
    if (e.key !== 'Enter') return;
    // Enter would begin the search of the form that this stands in.
    e.preventDefault();
    add();
  };
  return (
    <div className="ex-ideas">
      <p className="muted">Change the program’s steps, and search what C would then do.</p>
      {ideas.length > 0 && (
        <ul aria-label="Ideas tried">
          {ideas.map((idea) => (
            <li key={idea}>
              <code>{idea}</code>
              <button
                type="button"
                className="btn"
                aria-label={`Take back: ${idea}`}
                onClick={() => {
                  setRefused('');
                  put(ideas.filter((i) => i !== idea));
                }}
              >
                Take back
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="ex-idea">
        <select aria-label="What to do" value={verb} onChange={(e) => setVerb(e.target.value as Verb)}>
          {VERBS.map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        <input
          className="mono"
          list={names}
          aria-label="Step"
          placeholder="S9"
          data-testid="idea-step"
          value={step}
          onChange={(e) => setStep(e.target.value)}
          onKeyDown={onEnter}
        />
        {verb === 'move' && (
          <select
            aria-label="Where to"
            value={where}
            onChange={(e) => setWhere(e.target.value as 'before' | 'after')}
          >
            <option value="after">after</option>
            <option value="before">before</option>
          </select>
        )}
        {verb === 'swap' && <span>with</span>}
        {verb !== 'drop' && (
          <input
            className="mono"
            list={names}
            aria-label={verb === 'swap' ? 'The other step' : 'Beside which step'}
            placeholder="S14"
            data-testid="idea-other"
            value={other}
            onChange={(e) => setOther(e.target.value)}
            onKeyDown={onEnter}
          />
        )}
        <button type="button" className="btn" data-testid="idea-add" disabled={!ready} onClick={add}>
          Try it
        </button>
      </div>
      <p className="muted" role="status" data-testid="idea-refused">
        {refused}
      </p>
      <datalist id={names}>
        {stepNames(spec).map((s) => (
          <option key={s.name} value={s.name}>
            {s.text}
          </option>
        ))}
      </datalist>
    </div>
  );
}
