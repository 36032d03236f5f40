/** Begins the figure of its document: the tape stands in it as JSON, beside the picture that is there without a script. */
import { createRoot } from 'react-dom/client';
import { FORMAT } from '../tape/format.ts';
import { Reel } from '../tape/reel.ts';
import type { Tape } from '../tape/schema.ts';
import { createFigure } from './begin.tsx';
import { listenToHost } from './host.ts';
import { tabIndexOnSvg } from './preact.ts';

tabIndexOnSvg();
const script = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : '';

/** What cannot be played stays a picture, with its way to the whole page. */
function begin(): void {
  const root = document.getElementById('figure');
  const text = document.getElementById('tape')?.textContent;
  if (!root || !text) return;
  // It was made and checked with this document; another build's script may meet it all the same.
  const tape = JSON.parse(text) as Tape;
  if (tape.tape !== FORMAT) return;
  const reel = new Reel(tape);
  document.documentElement.classList.add('runs');
  root.textContent = '';
  const figure = createFigure({
    reel,
    query: root.dataset.query ?? location.search,
    caption: root.dataset.caption ?? '',
    page: root.dataset.page ?? '../../',
    script,
    root: createRoot(root),
    node: root,
  });
  listenToHost(figure, root);
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
else begin();
