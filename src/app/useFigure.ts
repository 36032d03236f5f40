import { useEffect } from 'react';
import { useChoice, useSession } from './context.tsx';
import { listenKeys } from './keys.ts';
import { saveSettings } from './settings.ts';

/** What app and embed do alike: keys, theme, remembered settings. */
export function useFigure(): void {
  const session = useSession();
  const theme = useChoice((c) => c.theme);
  useEffect(() => listenKeys(session), [session]);
  useEffect(() => session.choices.subscribe(saveSettings), [session]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}
