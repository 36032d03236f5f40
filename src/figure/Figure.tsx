/** One moment: sentence, stage, controls, caption. The same markup is made at build, where no script runs it is the picture. */
import { useStore } from 'zustand';
import { useMedia } from '../app/page/useMedia.ts';
import { SentenceLine } from '../app/parts/SentenceLine.tsx';
import { SessionProvider, usePicture } from '../app/session/context.tsx';
import type { Session } from '../app/session/session.ts';
import type { StageKind } from '../app/stage/layout.ts';
import { Stage } from '../app/stage/Stage.tsx';
import type { Deck } from './deck.ts';
import { Scrubber } from './Scrubber.tsx';
import '../app/page/tokens.css';
import './figure.css';

export interface FigureProps {
  deck: Deck;
  session: Session;
  title: string;
  look: string;
  /** What happens, beneath it. */
  caption: string;
  /** Threads that have a lane. */
  lanes: readonly number[];
  /** How long it plays, ms. */
  lasts: number;
  /** It has been touched: controls stand in place of the one Play. */
  begun: boolean;
  bare: boolean;
  /** Said in the controls: that the machine comes, or that this is a replay. */
  said: string;
  /** For the one of two pictures that is made without a page; else as wide as it is. */
  kind?: StageKind;
  openFull(): string;
  touched(): void;
}

export const NARROW = '(max-width: 559px)';

export function Figure(props: FigureProps) {
  const small = useMedia(NARROW);
  const narrow = props.kind ? props.kind === 'phone' : small;
  const { deck, session, title, look, lasts, begun, bare, said, openFull, touched } = props;
  return (
    <SessionProvider value={session}>
      <figure className={`figure ${begun ? 'begun' : ''}`} data-testid="figure">
        <h1 className="visually-hidden">{title}</h1>
        <div className="figure-box">
          <div className="figure-head">
            <SentenceLine />
            {!narrow && <OpenFull to={openFull} />}
          </div>
          <StageHere lanes={props.lanes} kind={narrow ? 'phone' : 'figure'} />
          {begun ? (
            <Controls deck={deck} said={said} touched={touched} />
          ) : (
            <PlayBar
              lasts={lasts}
              look={look}
              said={said}
              play={() => {
                touched();
                deck.play();
              }}
              to={openFull}
            />
          )}
        </div>
        {!bare && (
          <figcaption>
            <b>{title}.</b> {props.caption} {narrow && <OpenFull to={openFull} />}
          </figcaption>
        )}
      </figure>
    </SessionProvider>
  );
}

function StageHere({ lanes, kind }: { lanes: readonly number[]; kind: StageKind }) {
  const view = usePicture((p) => p.stage);
  return view && <Stage view={view} kind={kind} lanes={lanes} />;
}

/** Leads to this moment in the whole page; where it stands counts when the link is followed. */
function OpenFull({ to }: { to(): string }) {
  return (
    <a
      className="open-full"
      data-testid="open-full"
      href={to()}
      target="_blank"
      rel="noopener"
      onClick={(e) => {
        e.currentTarget.href = to();
      }}
    >
      Open full
    </a>
  );
}

interface PlayBarProps {
  lasts: number;
  look: string;
  said: string;
  play(): void;
  to(): string;
}

function PlayBar({ lasts, look, said, play, to }: PlayBarProps) {
  return (
    <div className="figure-bar">
      <button type="button" className="btn primary big with-script" data-testid="play" onClick={play}>
        <PlayIcon /> Play, {Math.ceil(lasts / 1000)} s
      </button>
      <a className="btn primary big without-script" href={to()}>
        Open full
      </a>
      <p>{said || look}</p>
    </div>
  );
}

function Controls({ deck, said, touched }: { deck: Deck; said: string; touched(): void }) {
  const { playing, name, step } = useStore(deck.state);
  const wide = !useMedia(NARROW);
  const press = (what: () => void) => () => {
    touched();
    what();
  };
  return (
    <div className="figure-bar" data-testid="controls" data-step={step}>
      <button type="button" className="btn" aria-label="Previous event" onClick={press(() => deck.mark(-1))}>
        <Icon d="M10 2v10L3 7z" />
      </button>
      <button
        type="button"
        className="btn primary"
        data-testid="play"
        aria-label={playing ? 'Pause' : 'Play'}
        onClick={press(() => (playing ? deck.pause() : deck.play()))}
      >
        {playing ? <Icon d="M3 2h3v10h-3zM8 2h3v10h-3z" /> : <PlayIcon />}
      </button>
      <button
        type="button"
        className="btn"
        data-testid="next-mark"
        aria-label="Next event"
        onClick={press(() => deck.mark(1))}
      >
        <Icon d="M4 2v10l7 -5z" />
      </button>
      <Scrubber deck={deck} touched={touched} />
      {(wide || said) && (
        <span className="mark-name" role={said ? 'status' : undefined} data-testid="mark-name">
          {said || name}
        </span>
      )}
    </div>
  );
}

const PlayIcon = () => <Icon d="M3 1l10 6l-10 6z" />;

function Icon({ d }: { d: string }) {
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <path d={d} fill="currentColor" />
    </svg>
  );
}
