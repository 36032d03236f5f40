import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import { encodeMoment, toHash } from '../../link/index.ts';
import { addressOf } from '../address/browser.ts';
import { callHere, nameHere } from '../address/here.ts';
import { Dialog } from '../dialogs/Dialog.tsx';
import { SaveMoment } from '../dialogs/SaveMoment.tsx';
import { useSession } from '../session/context.tsx';
import type { Session } from '../session/session.ts';
import { Copy } from './Copy.tsx';
import { FigureTab } from './FigureTab.tsx';
import { createMaker } from './maker.ts';
import { PictureTab } from './PictureTab.tsx';
import { RunTab } from './RunTab.tsx';
import { makesOf, type Named, namedHere, type Shared } from './shared.ts';
import { TextTab } from './TextTab.tsx';
import './share.css';

/** What of the moment goes elsewhere; or the file of one that has no address. */
export function ShareDialog({ onClose }: { onClose(): void }) {
  const { frozen } = useSession().opened() ?? {};
  return (
    <Dialog title="Share this moment" onClose={onClose} wide={!frozen}>
      {frozen ? <SaveMoment frozen={frozen} /> : <Moment />}
    </Dialog>
  );
}

function Moment() {
  const session = useSession();
  const [named, setNamed] = useState<Named | null | undefined>();
  useEffect(() => {
    let here = true;
    void namedHere(session).then((n) => here && setNamed(n));
    return () => {
      here = false;
    };
  }, [session]);
  if (named === undefined) return <p className="muted">The places of your choices are being read.</p>;
  if (named === null) return <p>What is open here cannot be named in a link.</p>;
  return <Tabs named={named} />;
}

const TABS = [
  { id: 'link', name: 'Link', what: 'opens this moment', Tab: LinkTab },
  { id: 'figure', name: 'Figure', what: 'live, in another page', Tab: FigureTab },
  { id: 'picture', name: 'Picture', what: 'SVG or PNG', Tab: PictureTab },
  { id: 'text', name: 'Text', what: 'for an issue or a commit', Tab: TextTab },
  { id: 'run', name: 'Run', what: 'for Perfetto, qvis, grep', Tab: RunTab },
] as const;

function Tabs({ named }: { named: Named }) {
  const session = useSession();
  const id = useId();
  const [title, setTitle] = useState(() => nameHere(session) || titleOf(session));
  const [tab, setTab] = useState(0);
  const [makes] = useState(() => makesOf(named, createMaker()));
  useEffect(() => () => makes.maker.close(), [makes]);
  const said = titleOf(session);
  const name = nameIn(title, said);
  const moment = { ...named.moment, name };
  const hash = toHash(encodeMoment(moment));
  const shared: Shared = { ...named, moment, hash, title: name || said, makes };
  const onKeyDown = (e: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (!by) return;
    e.preventDefault();
    const to = (tab + by + TABS.length) % TABS.length;
    setTab(to);
    e.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus();
  };
  const { Tab } = TABS[tab]!;
  return (
    <div className="share">
      <div
        className="share-tabs"
        role="tablist"
        aria-label="As"
        aria-orientation="vertical"
        onKeyDown={onKeyDown}
      >
        {TABS.map((t, i) => (
          <button
            key={t.id}
            id={`${id}-${t.id}`}
            type="button"
            role="tab"
            aria-selected={i === tab}
            aria-controls={`${id}-panel`}
            tabIndex={i === tab ? 0 : -1}
            data-testid={`share-as-${t.id}`}
            onClick={() => setTab(i)}
          >
            <b>{t.name}</b>
            <span>{t.what}</span>
          </button>
        ))}
      </div>
      <div
        className="share-tab"
        id={`${id}-panel`}
        role="tabpanel"
        aria-labelledby={`${id}-${TABS[tab]!.id}`}
      >
        <label htmlFor={`${id}-name`}>
          <b>Name of this moment</b>
        </label>
        <input
          id={`${id}-name`}
          className="share-name"
          value={title}
          maxLength={120}
          data-testid="share-name"
          onChange={(e) => {
            setTitle(e.currentTarget.value);
            callHere(session, nameIn(e.currentTarget.value, said));
          }}
        />
        <Tab {...shared} />
      </div>
    </div>
  );
}

/** A name of its own; '' for the sentence, which every link says anyway. */
const nameIn = (typed: string, said: string): string => (typed.trim() === said ? '' : typed.trim());

/** The sentence without its full stop. */
const titleOf = (session: Session): string => session.picture.getState().sentence.lead.replace(/\.$/, '');

function LinkTab({ hash, moment: { scenario } }: Shared) {
  return (
    <>
      <Copy name="Link" text={addressOf(hash, false)} testid="link" />
      <p className="muted">
        {scenario?.kind === 'capture'
          ? `The capture is not in the link, only its name and hash: who opens it needs “${scenario.name}”.`
          : 'The link holds the beginning, your choices, where the playhead stands, and its name; no bytes of a capture, no keys.'}
      </p>
    </>
  );
}
