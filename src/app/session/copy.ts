/** The clipboard, which a browser may refuse, and which pages that came over plain HTTP do not have. */
import type { Session } from './session.ts';

/** Copies `text`, or says that it can't be, with `shown` to copy by hand. True: it lies in the clipboard. */
export async function copied(session: Session, text: string, shown = ''): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    session.set({
      notice: { tone: 'plain', heading: 'The browser did not allow copying.', detail: shown, action: null },
    });
    return false;
  }
}
