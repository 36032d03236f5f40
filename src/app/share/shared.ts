/** The moment that Share gives away, and what is made of it: once, however often it is asked for. */
import { encodeMoment, type Moment, toHash } from '../../link/index.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { Tape } from '../../tape/schema.ts';
import type { Session } from '../session/session.ts';
import type { Maker } from './maker.ts';
import { folder } from './shown.ts';

/** What of it can be named in a link, and how. */
export interface Named {
  moment: Moment;
  /** The hash part of its address. */
  hash: string;
  data: WorldData;
  /** It is of a capture that the person opened: no link holds that. */
  own: boolean;
}

export interface Shared extends Named {
  /** What the person calls it. */
  title: string;
  makes: Makes;
}

/** Null where no link can name what is open. The world stands still from here on. */
export async function namedHere(session: Session): Promise<Named | null> {
  const moment = (await session.parts.links?.moment()) ?? null;
  const opened = session.opened();
  if (!moment || !opened) return null;
  const own = opened.scenario?.kind === 'capture';
  return { moment, hash: toHash(encodeMoment(moment)), data: opened.data, own };
}

export interface Makes {
  maker: Maker;
  /** The tape of the moment: what led to it, and until nothing of it is unfinished. */
  tape(): Promise<Tape>;
  /** The figure's files, as they were built. */
  figure(): Promise<Record<(typeof FILES)[number], Uint8Array>>;
}

const FILES = ['figure.js', 'figure.css', 'theme.js'] as const;

export function makesOf({ moment, data }: Named, maker: Maker): Makes {
  let tape: Promise<Tape> | null = null;
  let figure: ReturnType<Makes['figure']> | null = null;
  return {
    maker,
    tape() {
      tape ??= maker.make({ kind: 'tape', moment, data, name: 'moment' });
      return tape;
    },
    figure() {
      figure ??= Promise.all(FILES.map(fileOf)).then(([script, style, theme]) => ({
        'figure.js': script!,
        'figure.css': style!,
        'theme.js': theme!,
      }));
      return figure;
    },
  };
}

async function fileOf(name: string): Promise<Uint8Array> {
  const answer = await fetch(`${folder()}figure/${name}`);
  if (!answer.ok) throw new Error(`This server has no figure/${name}; npm run build makes it.`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** A file's name out of a moment's: "t2-passes-datagram-33-on". */
export const fileName = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 60) || 'moment';
