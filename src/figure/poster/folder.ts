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
import { type PosterTheme, posterSvg } from './svg.ts';

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
  /** The poster lies beside as a PNG. */
  png: boolean;
}

export interface PosterOptions {
  /** Where the moment is opened; ''. */
  url: string;
  /** A link's text: what the picture opens as; ''. */
  moment: string;
  theme?: PosterTheme;
  /** 720 or 360 wide. */
  kind?: 'figure' | 'phone';
}

export interface Poster {
  svg: string;
  moment: string;
  width: number;
  height: number;
}

export function posterOf(
  tape: Tape,
  built: Pick<Built, 'style'>,
  { url, moment, theme, kind = 'figure' }: PosterOptions,
): Poster {
  const reel = new Reel(tape);
  const frame = firstFrame(reel, { at: null });
  const svg = posterSvg(stageSvg(reel, kind), readSheet(built.style), {
    title: tape.title,
    look: tape.look,
    sentence: sentenceIn(reel.viewAt(frame), tape.conn),
    url,
    moment,
    ...(theme ? { theme } : {}),
  });
  const [, width, height] = /width="(\d+(?:\.\d+)?)" height="(\d+(?:\.\d+)?)"/.exec(svg) ?? [];
  return { svg, moment, width: Number(width), height: Math.round(Number(height)) };
}

/** Name to contents, but for the PNG. */
export function folderOf(
  tape: Tape,
  moment: Story,
  { site, page, assets, png }: FolderOptions,
  poster: Poster,
): Map<string, string> {
  const reel = new Reel(tape);
  const parts: PageParts = {
    site,
    page,
    poster: 'poster.svg',
    png,
    size: poster,
    theme: { href: `${assets}theme.js` },
    style: { href: `${assets}figure.css` },
    script: { href: `${assets}figure.js` },
  };
  return new Map([
    ['moment.json', `${JSON.stringify(moment, null, 2)}\n`],
    ['tape.json', `${JSON.stringify(tape)}\n`],
    ['poster.svg', poster.svg],
    ['oembed.json', oembed(reel, parts)],
    ['index.html', momentPage(reel, parts)],
  ]);
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
