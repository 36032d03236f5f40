import { useEffect, useRef } from 'react';
import { count } from '../stage/text.ts';
import type { Explorer } from './control.ts';
import { Sign } from './Marks.tsx';
import type { Question } from './types.ts';
import { answerWords, OUTCOMES, sentence } from './words.ts';

/** What was asked, what is known of it, and what each world came to. */
export function QuestionView({ question, explorer }: { question: Question; explorer: Explorer }) {
  const head = useRef<HTMLElement>(null);
  const { asking, asked } = question;
  // Whoever asks stands elsewhere, on a phone above what answers.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question is asked for anew.
  useEffect(() => {
    head.current?.focus();
  }, [asking]);
  return (
    <>
      {question.run < 0 ? (
        <Answer ref={head} question={question} explorer={explorer} />
      ) : (
        <Noticed ref={head} question={question} />
      )}
      {asked.length > 0 && (
        <details className="ex-asked" open={question.run < 0}>
          <summary>
            Worlds asked <small>{asked.length}</small>
          </summary>
          <ul data-testid="asked">
            {asked.map((a) => (
              <li key={a.world} className={a.outcome === 'notices' ? 'found' : ''}>
                <code>{a.world}</code>
                <span>{OUTCOMES[a.outcome]}</span>
                <small>{a.states > 0 ? `${count(a.states)} states` : ''}</small>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

interface HeadProps {
  ref: React.Ref<HTMLElement>;
  question: Question;
}

/** While worlds are asked, and where none noticed: in the place of a verdict. */
function Answer({ ref, question, explorer }: HeadProps & { explorer: Explorer }) {
  const w = answerWords(question);
  return (
    <section
      ref={ref}
      tabIndex={-1}
      className={`ex-verdict ${w.tone}`}
      aria-label="Question"
      data-testid="question"
      data-tone={w.tone}
    >
      <svg width="46" height="46" viewBox="0 0 46 46" aria-hidden="true">
        <Sign tone={w.tone} />
      </svg>
      <div>
        <p className="name">{question.asking.words}</p>
        <h2>{w.heading}</h2>
        <p>{sentence(w.detail)}</p>
        <About question={question} />
      </div>
      {question.state === 'asking' && (
        <div className="ex-acts">
          <button type="button" className="btn" data-testid="ex-cancel" onClick={explorer.cancel}>
            Cancel
          </button>
        </div>
      )}
    </section>
  );
}

/** Above the run that shows what would notice. */
function Noticed({ ref, question }: HeadProps) {
  const w = answerWords(question);
  return (
    <section
      ref={ref}
      tabIndex={-1}
      className="ex-noticed"
      aria-label="Question"
      data-testid="question"
      data-tone={w.tone}
    >
      <h2>{question.asking.words}</h2>
      <p>
        {w.heading}. {sentence(w.detail)}
      </p>
      <About question={question} />
    </section>
  );
}

const About = ({ question: { asking } }: { question: Question }) => (
  <p className="muted">
    In {asking.of}: “{asking.step}”
  </p>
);
