/**
 * Parts of the page that are loaded when they are first needed, each behind a boundary of its own: what cannot be loaded
 * (offline, or the page was replaced on its server) or fails is a notice in its place, and everything else stays.
 */
import { Component, type ComponentType, type ReactNode, useLayoutEffect, useState } from 'react';
import { useTakeOver } from '../page/useTakeOver.ts';
import { loadAgain } from './load-again.ts';

interface LaterOptions {
  /** Begins a sentence: "Live". */
  what: string;
  /** Shown while it loads. */
  meanwhile?: ReactNode;
  /** What the notice stands in, where it takes the part's place in the layout. */
  around?: (notice: ReactNode) => ReactNode;
}

/** What a part takes besides its own properties: a way back from it, where its place has none. */
interface Leave {
  leave?: { label: string; run(): void };
}

interface Ahead {
  /** Loads the part before it is shown. */
  ahead(): void;
}

/**
 * `pick` takes the part out of the module that `load` brings. Not by `lazy` and `Suspense`: React shows nothing that comes within 300 ms
 * of what stood in its place, and takes several goes to draw it.
 */
export function later<M, P extends object>(
  { what, meanwhile = null, around = (notice) => notice }: LaterOptions,
  load: () => Promise<M>,
  pick: (m: M) => ComponentType<P>,
): ComponentType<P & Leave> & Ahead {
  // Kept outside: a part that was loaded once is there at once when it is shown again.
  let Part: ComponentType<P> | null = null;
  let coming: Promise<void> | null = null;
  /** Why it could not be had the last time. */
  let missed: unknown = null;
  const get = (): Promise<void> => {
    coming ??= (missed === null ? load().then(pick) : loadAgain(missed, load, pick)).then(
      (part) => {
        Part = part;
      },
      (e: unknown) => {
        missed = e ?? new Error('no reason was given');
        coming = null;
        throw missed;
      },
    );
    return coming;
  };
  function Later({ leave, ...props }: P & Leave) {
    const [, setThere] = useState(Part !== null);
    const [error, setError] = useState<unknown>(null);
    const [attempt, setAttempt] = useState(0);
    // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt is a wish to have it.
    useLayoutEffect(() => {
      if (Part) return;
      let wanted = true;
      get().then(
        () => wanted && setThere(true),
        (e: unknown) => wanted && setError(e),
      );
      return () => {
        wanted = false;
        // Left and come back to, it is tried again.
        setError(null);
      };
    }, [attempt]);
    const failed = (why: unknown) =>
      around(
        <Failed
          what={what}
          error={why}
          leave={leave}
          onAgain={() => {
            setError(null);
            setAttempt(attempt + 1);
          }}
        />,
      );
    if (error !== null) return failed(error);
    return (
      <Boundary key={attempt} failed={failed}>
        {Part ? <Part {...(props as P)} /> : meanwhile}
      </Boundary>
    );
  }
  // What fails now is said when the part is wanted.
  return Object.assign(Later, { ahead: () => void get().catch(() => {}) });
}

/** For a notice of what has no place in the layout: it stands over the page. */
export const inCorner = (notice: ReactNode) => <div className="over-page">{notice}</div>;

/** For what takes the place of the stage. */
export const inMain = (notice: ReactNode) => (
  <main id="stage" className="main" tabIndex={-1}>
    {notice}
  </main>
);

/** The whole page, or a figure: whatever fails in it that has no boundary of its own is said, and not a blank. */
export function Guarded({ children }: { children: ReactNode }) {
  const [attempt, setAttempt] = useState(0);
  const failed = (error: unknown) => (
    <Failed what="The page" error={error} onAgain={() => setAttempt(attempt + 1)} />
  );
  return (
    <Boundary key={attempt} failed={failed}>
      {children}
    </Boundary>
  );
}

interface BoundaryProps {
  failed(error: unknown): ReactNode;
  children: ReactNode;
}

class Boundary extends Component<BoundaryProps, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error: error ?? new Error('no reason was given') };
  }

  override render() {
    const { error } = this.state;
    return error === null ? this.props.children : this.props.failed(error);
  }
}

/** What browsers say of a module that could not be fetched; anything else is a defect of the part itself. */
const NOT_LOADED = /import|module script|preload|dynamically/i;

interface FailedProps extends Leave {
  what: string;
  error: unknown;
  onAgain(): void;
}

function Failed({ what, error, leave, onAgain }: FailedProps) {
  useTakeOver(true);
  const text = error instanceof Error ? error.message : String(error);
  const loading = NOT_LOADED.test(text);
  return (
    <div className="notice error" role="alert" data-testid="not-loaded">
      <p>
        <b>{loading ? `${what} could not be loaded.` : `${what} has failed.`}</b>{' '}
        {loading
          ? 'The network may be gone, or this page was replaced by a newer one on its server. What is open stays.'
          : `${text}. What is open stays.`}
      </p>
      <button type="button" className="btn" data-testid="load-again" onClick={onAgain}>
        Try again
      </button>
      <button type="button" className="btn" data-testid="reload" onClick={() => location.reload()}>
        Reload
      </button>
      {leave && (
        <button type="button" className="btn plain" data-testid="leave" onClick={leave.run}>
          {leave.label}
        </button>
      )}
    </div>
  );
}
