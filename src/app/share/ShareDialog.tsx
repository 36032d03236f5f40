import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { rowAt } from '../../machine/recording/events.ts';
import {
  lastMove,
  markdownOf,
  mermaidOf,
  type ToldStep,
  toldFilter,
  toldSteps,
} from '../../report/run-text.ts';
import { addressOf } from '../address/browser.ts';
import { Dialog } from '../dialogs/Dialog.tsx';
import { SaveMoment } from '../dialogs/SaveMoment.tsx';
import { useSession } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import { shownOf, storyHere } from './shown.ts';
import { LANGUAGES, type Language, snippetIn } from './snippets.ts';
import './share.css';

/** Most events of a connection that are told. */
const MOST = 400;

/** The address of exactly this moment, what shows it in another page, and what it is in words; or the file of one that has no address. */
export function ShareDialog({ onClose }: { onClose(): void }) {
  const { frozen } = useSession().opened() ?? {};
  return (
    <Dialog title="Share this moment" onClose={onClose}>
      {frozen ? <SaveMoment frozen={frozen} /> : <Moment />}
    </Dialog>
  );
}

function Moment() {
  const session = useSession();
  const id = useId();
  const [hash, setHash] = useState<string | null | undefined>();
  const [title, setTitle] = useState(() => titleOf(session));
  useEffect(() => {
    let here = true;
    const link = session.parts.links?.link() ?? Promise.resolve(null);
    void link.then((h) => here && setHash(h));
    return () => {
      here = false;
    };
  }, [session]);
  const { scenario } = session.opened() ?? {};
  return (
    <>
      {hash === undefined && <p className="muted">The places of your choices are being read.</p>}
      {hash === null && <p>What is open here cannot be named in a link.</p>}
      {hash && (
        <>
          <label htmlFor={id}>
            <b>Name of this moment</b>
          </label>
          <input
            id={id}
            className="share-name"
            value={title}
            maxLength={120}
            data-testid="share-name"
            onChange={(e) => setTitle(e.currentTarget.value)}
          />
          <Copy name="Link" text={addressOf(hash, false)} testid="link" />
          <p className="muted">
            {scenario?.kind === 'capture'
              ? `The capture is not in the link, only its name and hash: who opens it needs “${scenario.name}”.`
              : 'The link holds the beginning, your choices, and where the playhead stands; no bytes of a capture, no keys.'}
          </p>
          <InAPage hash={hash} title={title.trim() || titleOf(session)} />
          <InWords hash={hash} title={title.trim() || titleOf(session)} />
        </>
      )}
    </>
  );
}

/** The sentence without its full stop. */
const titleOf = (session: Session): string => session.picture.getState().sentence.lead.replace(/\.$/, '');

function InAPage({ hash, title }: { hash: string; title: string }) {
  const session = useSession();
  const [language, setLanguage] = useState<Language>('html');
  const text = snippetIn(language, shownOf(session, hash, title));
  const light = storyHere(session) !== null;
  return (
    <section aria-label="Figure for another page">
      <Copy name="Figure for another page" text={text} testid="snippet">
        <Choice<Language> of={LANGUAGES} chosen={language} choose={setLanguage} testid="language" />
      </Copy>
      <p className="muted">
        {light
          ? 'A picture that plays where it stands, without workers or captures; it loads the machine when a reader changes something.'
          : 'Your choices are no story’s: this frame runs the machine, which is heavier. npm run rebind -- moment LINK makes a folder that plays without it.'}
      </p>
    </section>
  );
}

const TEXTS = [
  { id: 'markdown', name: 'Markdown' },
  { id: 'mermaid', name: 'Mermaid' },
] as const;
type TextKind = (typeof TEXTS)[number]['id'];
const HOLDS = [
  { id: 'move', name: 'The last move' },
  { id: 'all', name: 'All of it' },
] as const;
type HoldsKind = (typeof HOLDS)[number]['id'];

function InWords({ hash, title }: { hash: string; title: string }) {
  const session = useSession();
  const [kind, setKind] = useState<TextKind>('markdown');
  const [holds, setHolds] = useState<HoldsKind>('move');
  const [steps, setSteps] = useState<ToldStep[]>([]);
  const { selected, options } = session.choices.getState();
  useEffect(() => {
    let here = true;
    void stepsOf(session, selected).then((s) => here && setSteps(s));
    return () => {
      here = false;
    };
  }, [session, selected]);
  const revision = session.backend.revisions.find((r) => r.id === options.revision)?.name ?? options.revision;
  const words = { title, revision, link: addressOf(hash, false) };
  const told = holds === 'move' ? lastMove(steps) : steps;
  const text = kind === 'markdown' ? markdownOf(told, words) : mermaidOf(told, words);
  return (
    <section aria-label="In words">
      <Copy name="In words, for an issue or a commit message" text={text} testid="words">
        <Choice<TextKind> of={TEXTS} chosen={kind} choose={setKind} testid="words-as" />
        <Choice<HoldsKind> of={HOLDS} chosen={holds} choose={setHolds} testid="words-of" />
      </Copy>
    </section>
  );
}

/** What the selected connection has gone through up to this moment, and what of its recorded run lies ahead. */
async function stepsOf(session: Session, conn: number): Promise<ToldStep[]> {
  if (conn < 0) return [];
  const a = await session.ask('events', { filter: toldFilter(conn), from: 0, to: MOST });
  if (!a) return [];
  const events = Array.from({ length: Math.min(a.total, MOST) }, (_, i) => rowAt(a.rows, i));
  return toldSteps(events, conn, (dgram) => String(dgram + 1));
}

interface ChoiceProps<T extends string> {
  of: readonly { id: T; name: string }[];
  chosen: T;
  choose(id: T): void;
  testid: string;
}

function Choice<T extends string>({ of, chosen, choose, testid }: ChoiceProps<T>) {
  return (
    <span className="segments">
      {of.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === chosen}
          data-testid={`${testid}-${id}`}
          onClick={() => choose(id)}
        >
          {name}
        </button>
      ))}
    </span>
  );
}

interface CopyProps {
  name: string;
  text: string;
  testid: string;
  children?: ReactNode;
}

function Copy({ name, text, testid, children }: CopyProps) {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was said is of the text that was copied.
  useEffect(() => setSaid(''), [text]);
  const copy = () => {
    const selected = () => {
      field.current?.select();
      setSaid('The browser did not allow copying. The text is selected.');
    };
    if (!navigator.clipboard) selected();
    else void navigator.clipboard.writeText(text).then(() => setSaid('Copied.'), selected);
  };
  const rows = Math.min(7, Math.max(1, text.split('\n').length));
  return (
    <div className="copy-row">
      <label htmlFor={id}>
        <b>{name}</b>
      </label>
      {children}
      <textarea
        id={id}
        ref={field}
        className={rows > 1 ? 'mono' : 'mono one'}
        readOnly
        rows={rows}
        wrap="off"
        value={text}
        data-testid={`share-${testid}`}
      />
      <button type="button" className="btn" data-testid={`copy-${testid}`} onClick={copy}>
        Copy
      </button>
      <small role="status" data-testid={`copied-${testid}`}>
        {said}
      </small>
    </div>
  );
}
