import { useChoice, useSession } from '../session/context.tsx';

/** Light or dark, until told otherwise as the system has it. */
export function ThemeButton() {
  const session = useSession();
  const theme = useChoice((c) => c.theme);
  const dark = theme === 'dark' || (theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <button
      type="button"
      className="btn plain"
      data-testid="theme"
      onClick={() => session.set({ theme: dark ? 'light' : 'dark' })}
    >
      {dark ? 'Light' : 'Dark'}
    </button>
  );
}
