import { useMedia } from '../page/useMedia.ts';
import { useChoice, useSession } from '../session/context.tsx';

/** Light or dark, until told otherwise as the system has it. */
export function ThemeButton() {
  const session = useSession();
  const theme = useChoice((c) => c.theme);
  const system = useMedia('(prefers-color-scheme: dark)');
  const dark = theme === 'dark' || (theme === 'system' && system);
  return (
    <button
      type="button"
      className="btn plain theme-button"
      data-testid="theme"
      onClick={() => session.set({ theme: dark ? 'light' : 'dark' })}
    >
      {dark ? 'Light' : 'Dark'}
    </button>
  );
}
