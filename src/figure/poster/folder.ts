/** Every file of a moment's folder, from its tape. */

import { toHash } from '../../link/address.ts';
import type { Story } from '../../stories/schema.ts';
import { Reel } from '../../tape/reel.ts';
import type { Tape } from '../../tape/schema.ts';
import { sentenceIn } from '../../tape/view.ts';
import { firstFrame } from '../player.ts';
import { stageSvg } from './draw.tsx';
import { momentPage, oembed, type PageParts } from './page.ts';
import { readSheet } from './styles.ts';
import { posterSvg } from './svg.ts';

/** What was built of the figure: the texts of its files. */
export interface Built {
  script: string;
  style: string;
  theme: string;
}

export interface FolderOptions {
  /** Address that the folder will have, with a slash at its end; ''. */
  site: string;
  /** The whole page's, from the folder or absolute. */
  page: string;
  /** Where the figure's files lie, from the folder; with a slash at its end. */
  assets: string;
}

export interface Poster {
  svg: string;
  width: number;
  height: number;
}

export function posterOf(tape: Tape, built: Pick<Built, 'style'>, url: string): Poster {
  const reel = new Reel(tape);
  const frame = firstFrame(reel, { at: null });
  const svg = posterSvg(stageSvg(reel, 'figure'), readSheet(built.style), {
    title: tape.title,
    look: tape.look,
    sentence: sentenceIn(reel.viewAt(frame), tape.conn),
    url,
    moment: tape.link ?? '',
  });
  const [, width, height] = /width="(\d+(?:\.\d+)?)" height="(\d+(?:\.\d+)?)"/.exec(svg) ?? [];
  return { svg, width: Number(width), height: Math.round(Number(height)) };
}

/** Name to contents. `png`: the poster as a PNG, where one could be made. */
export function folderOf(
  tape: Tape,
  moment: Story,
  { site, page, assets }: FolderOptions,
  poster: Poster,
  png: Uint8Array | null,
): Map<string, string | Uint8Array> {
  const reel = new Reel(tape);
  const parts: PageParts = {
    site,
    page,
    poster: 'poster.svg',
    png: png !== null,
    size: poster,
    theme: { href: `${assets}theme.js` },
    style: { href: `${assets}figure.css` },
    script: { href: `${assets}figure.js` },
  };
  const files = new Map<string, string | Uint8Array>([
    ['moment.json', `${JSON.stringify(moment, null, 2)}\n`],
    ['tape.json', `${JSON.stringify(tape)}\n`],
    ['poster.svg', poster.svg],
    ['oembed.json', oembed(reel, parts)],
    ['index.html', momentPage(reel, parts)],
  ]);
  if (png) files.set('poster.png', png);
  return files;
}

/** All of it in one document, which asks for nothing. */
export function singlePage(tape: Tape, built: Built, page: string, poster: Poster): string {
  return momentPage(new Reel(tape), {
    site: '',
    page,
    poster: '',
    png: false,
    size: poster,
    theme: { text: built.theme },
    style: { text: built.style },
    script: { text: built.script },
  });
}

/** A tape's moment in the whole page. */
export const fullUrl = (tape: Tape, page: string): string =>
  tape.story ? `${page}?story=${tape.story}` : tape.link ? `${page}${toHash(tape.link)}` : page;
