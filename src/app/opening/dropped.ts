/** What was let go over the page; loaded while it is still carried. */
import { visible } from '../../door/index.ts';
import type { Session } from '../session/session.ts';
import type { Notice } from '../session/store.ts';
import { sortFiles } from './files.ts';

/** Opens a poster's moment, else the first capture and the first key log; further files are named and left. */
export async function openDropped(session: Session, files: File[]): Promise<void> {
  const [picture] = files.filter((f) => /\.(svg|png)$/i.test(f.name));
  if (picture && (await (await import('./picture.ts')).openPicture(session, picture))) return;
  const { capture, keys, left } = await sortFiles(files);
  const source = capture ? ({ kind: 'file', file: capture } as const) : session.choices.getState().source;
  if (capture || keys) await session.open(source, keys);
  if (left.length > 0) session.set({ notice: leftOutNotice(left, session.choices.getState().notice) });
}

/** Of several files that came together some were not taken; `said`: what is said of the others. */
export function leftOutNotice(files: readonly { name: string }[], said: Notice | null): Notice {
  const names = `“${visible(files[0]!.name)}”${files.length > 1 ? ` and ${files.length - 1} more` : ''}`;
  const detail = `${names} ${files.length > 1 ? 'are' : 'is'} left out: one capture and one key log at a time.`;
  return said
    ? { ...said, detail: `${said.detail} ${detail}`.trim() }
    : { tone: 'plain', heading: 'Not all files were opened.', detail, action: null };
}
