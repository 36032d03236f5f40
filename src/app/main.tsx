import { browserAddress } from './address/browser.ts';
import { createBackend } from './opening/backend.ts';
import { openFirst, placeIn } from './opening/first.ts';
import { mount } from './page/mount.tsx';
import { facesLoaded, firstFrame, hasPicture, takeOver } from './page/useTakeOver.ts';
import { afterPaint } from './session/after-paint.ts';
import { notLoadedNotice } from './session/notices.ts';
import { createSession } from './session/session.ts';
import { loadSettings } from './session/settings.ts';

const embed = new URLSearchParams(location.search).has('embed');
const opening = hasPicture();
if (!opening) takeOver();
const backend = createBackend();
const calm = matchMedia('(prefers-reduced-motion: reduce)');
const session = createSession({
  backend,
  now: () => performance.now(),
  reducedMotion: () => calm.matches,
  later: (work) => void setTimeout(work),
  painted: afterPaint,
  quiet: embed,
  first: { ...loadSettings(embed), opening, ...(embed ? { detail: 'simple' as const } : {}) },
});
const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
mount(session, root, embed);
// Its first frame has the page's faces, and the view that is loaded for it meanwhile.
const drawable = opening ? Promise.all([facesLoaded(), storyView()]) : undefined;
const begin = () => openFirst(session, placeIn(location.search, embed), drawable);
// What a link needs is loaded first only when there is one: it is no part of the first picture.
const linked = location.hash.startsWith('#m=');
if (linked) keepTheAddress();
else {
  void begin();
  void firstFrame.then(keepTheAddress);
}
const at = new URLSearchParams(location.search).get('at');
if (at !== null) void import('./opening/at.ts').then((m) => m.standAtNamed(session, at), addressFailed);

/** Where it cannot be had that is said in its place. */
async function storyView(): Promise<void> {
  await import('./story/StoryView.tsx').catch(() => null);
}

function keepTheAddress(): void {
  import('./page/afterwards.ts').then(({ keepAddress, keepPage }) => {
    keepPage();
    const links = session.attach('links', () => keepAddress(session, browserAddress));
    if (linked && !links.follow()) void begin();
  }, addressFailed);
}

/** Without it there are no links; everything else works. */
async function addressFailed(): Promise<void> {
  if (linked && !session.opened()) await begin();
  const again = () => {
    session.set({ notice: null });
    keepTheAddress();
  };
  session.set({
    notice: notLoadedNotice('What keeps the address', again, 'Links are not kept until it is.'),
  });
}
