import type { ReactNode } from 'react';
import { order } from '../commands/table.ts';
import { useSession } from '../session/context.tsx';
import { ThemeButton } from './ThemeButton.tsx';

interface Props {
  /** What this bar alone has, before what all have. */
  children: ReactNode;
  share?: boolean;
  theme?: boolean;
  /** Share and theme stand only where there is room for them. */
  roomy?: boolean;
}

/** What every bar at the top ends with: share, theme, keys and glyphs. */
export function PageButtons({ children, share = true, theme = true, roomy = false }: Props) {
  const session = useSession();
  return (
    <div className="page-buttons">
      {children}
      {share && (
        <button
          type="button"
          className={roomy ? 'btn plain wide-only' : 'btn plain'}
          data-testid="share"
          onClick={() => order(session, 'share')}
        >
          Share
        </button>
      )}
      {theme &&
        (roomy ? (
          <span className="wide-only">
            <ThemeButton />
          </span>
        ) : (
          <ThemeButton />
        ))}
      <button
        type="button"
        className="btn plain"
        data-testid="help"
        aria-label="Keys and glyphs"
        title="Keys and glyphs"
        onClick={() => order(session, 'help')}
      >
        ?
      </button>
    </div>
  );
}
