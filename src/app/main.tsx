import { browserAddress } from './address/browser.ts';
import { createBackend } from './opening/backend.ts';
import { openFirst, placeIn } from './opening/first.ts';
import { mount } from './page/mount.tsx';
import { facesLoaded, hasPicture, takeOver } from './page/useTakeOver.ts';
import { notLoadedNotice } from './session/notices.ts';
import { createSession } from './session/session.ts';
import { loadSettings } from './session/settings.ts';

const embed = new URLSearchParams(location.search).has('embed');
const opening = hasPicture();
if (!opening) takeOver();
const backend = createBackend();
const session = createSession({
  backend,
  now: () => performance.now(),
  reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches,
  later: (work) => void setTimeout(work),
  quiet: embed,
  first: { ...loadSettings(embed), opening, ...(embed ? { detail: 'simple' as const } : {}) },
});
const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
mount(session, root, embed);
const faces = opening ? facesLoaded() : undefined;
const begin = () => openFirst(session, placeIn(location.search, embed), faces);
// What a link needs is loaded first only when there is one: it is no part of the first picture.
const linked = location.hash.startsWith('#m=');
if (linked) keepTheAddress();
else void begin().then(keepTheAddress);
const at = new URLSearchParams(location.search).get('at');
if (at !== null) void import('./opening/at.ts').then((m) => m.standAtNamed(session, at), addressFailed);

function keepTheAddress(): void {
  import('./address/address.ts').then(({ keepAddress }) => {
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
