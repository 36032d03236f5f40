import { useEffect } from 'react';
import { listenKeys } from '../commands/keys.ts';
import { useChoice, useSession } from '../session/context.tsx';
import { forgottenNotice } from '../session/notices.ts';
import { saveSettings } from '../session/settings.ts';

/** What app and embed do alike: keys, theme, settings, which each remembers for itself. */
export function useFigure(embed: boolean): void {
  const session = useSession();
  const theme = useChoice((c) => c.theme);
  useEffect(() => listenKeys(session), [session]);
  useEffect(() => {
    let told = false;
    return session.choices.subscribe((now, before) => {
      if (told || saveSettings(now, before, embed)) return;
      told = true;
      session.set({ notice: forgottenNotice() });
    });
  }, [session, embed]);
  useEffect(() => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
  }, [theme]);
}
