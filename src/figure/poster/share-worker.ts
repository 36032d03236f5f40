/** Makes what Share gives away, off the page's thread and with none of its code in the page; one order after the other. */
import { strToU8, type Zippable, zipSync } from 'fflate';
import type {
  Called,
  ExportMade,
  ExportOrder,
  FolderOrder,
  Given,
  MakeAnswer,
  MakeOrder,
  PosterMade,
  PosterOrder,
} from '../../app/share/contract.ts';
import { withMoment } from '../../link/picture.ts';
import { exported, readRun } from '../../report/exports/index.ts';
import { momentOfTape, tapeOfMoment } from '../../tape/of-moment.ts';
import { Reel } from '../../tape/reel.ts';
import type { Tape } from '../../tape/schema.ts';
import { folderOf, posterOf } from './folder.ts';
import { momentPage } from './page.ts';

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = ({ data }: MessageEvent<MakeOrder>) => {
  let answer: MakeAnswer;
  try {
    answer = { made: made(data) };
  } catch (error) {
    answer = { why: error instanceof Error ? error.message : String(error) };
  }
  scope.postMessage(answer);
};

function made(o: MakeOrder): Given[MakeOrder['kind']] {
  switch (o.kind) {
    case 'tape':
      return tapeOfMoment(o.moment, o.data, { name: o.name, title: '', look: '' });
    case 'poster':
      return posterMade(o);
    case 'page':
      return momentPage(new Reel(named(o.tape, o.called)), {
        site: '',
        page: o.page,
        query: o.query,
        poster: '',
        png: false,
        size: { width: 0, height: 0 },
        theme: { href: `${o.assets}theme.js` },
        style: { href: `${o.assets}figure.css` },
        script: { href: `${o.assets}figure.js` },
      });
    case 'folder':
      return zipOf(o);
    case 'export':
      return exportMade(o);
  }
}

const named = (tape: Tape, { title, look }: Called): Tape => ({
  ...tape,
  title: title || tape.title,
  look: look || tape.look,
});

function posterMade({ tape, called, style, url, moment, theme, shape }: PosterOrder): PosterMade {
  const { svg, width, height } = posterOf(
    named(tape, called),
    { style },
    { url, moment, theme, kind: shape },
  );
  return { svg, width, height };
}

function zipOf({ tape, called, style, url, moment, page, png, figure }: FolderOrder): Uint8Array {
  const t = named(tape, called);
  const poster = posterOf(t, { style }, { url, moment });
  const files = folderOf(
    t,
    momentOfTape(t, moment),
    { site: '', page, assets: './', png: png !== null },
    poster,
  );
  const inside: Zippable = {};
  const put = (name: string, content: Zippable[string]): void => {
    inside[`${t.name}/${name}`] = content;
  };
  for (const [name, bytes] of Object.entries(figure)) put(name, bytes);
  for (const [name, text] of files) put(name, strToU8(text));
  // It is packed as it is.
  if (png) put('poster.png', [withMoment(png, moment), { level: 0 }]);
  return zipSync(inside);
}

/** The run up to where it is recorded. Several files are one zip. */
function exportMade({ moment, data, as, base, name }: ExportOrder): ExportMade {
  const end = Math.max(moment.end, moment.playhead.at);
  const files = exported(readRun(data, moment.options, moment.departures, end), as, base, name);
  const [[file, text] = ['', '']] = files;
  if (files.size === 1) return { file, bytes: strToU8(text) };
  const inside = Object.fromEntries([...files].map(([n, t]) => [n, strToU8(t)]));
  return { file: `${base}.${as}.zip`, bytes: zipSync(inside) };
}
