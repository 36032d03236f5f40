/** Between Share and the worker that makes what it gives away; everything is made of a tape, and a tape is made once. */
import type { Moment } from '../../link/moment.ts';
import type { ExportKind, RunName } from '../../report/exports/index.ts';
import type { WorldData } from '../../scenario/data.ts';
import type { Tape } from '../../tape/schema.ts';

export interface TapeOrder {
  kind: 'tape';
  /** Of the program that runs. */
  moment: Moment;
  data: WorldData;
  name: string;
}

/** What it is called; '' where the tape's own words stand. */
export interface Called {
  title: string;
  look: string;
}

export interface PosterOrder {
  kind: 'poster';
  tape: Tape;
  called: Called;
  /** The figure's stylesheet. */
  style: string;
  /** Address of the moment, and its link's text. */
  url: string;
  moment: string;
  theme: 'both' | 'light' | 'dark';
  /** 720 or 360 wide. */
  shape: 'figure' | 'phone';
}

export interface PageOrder {
  kind: 'page';
  tape: Tape;
  called: Called;
  /** What its address would ask. */
  query: string;
  /** Addresses of the whole page and of the figure's files. */
  page: string;
  assets: string;
}

export interface FolderOrder extends Omit<PosterOrder, 'kind' | 'theme' | 'shape'> {
  kind: 'folder';
  page: string;
  /** The poster as a PNG, without its moment; null where the browser draws none. */
  png: Uint8Array | null;
  /** The figure's files by name. */
  figure: Record<string, Uint8Array>;
}

export interface PosterMade {
  svg: string;
  width: number;
  height: number;
}

export interface ExportOrder {
  kind: 'export';
  moment: Moment;
  data: WorldData;
  as: ExportKind;
  /** Beginning of the files' names. */
  base: string;
  name: RunName;
}

export interface ExportMade {
  /** Of the one file, or of the zip of several. */
  file: string;
  bytes: Uint8Array;
}

/** What each order gives. */
export interface Given {
  tape: Tape;
  poster: PosterMade;
  /** A document. */
  page: string;
  /** A zip. */
  folder: Uint8Array;
  export: ExportMade;
}

export type MakeOrder = TapeOrder | PosterOrder | PageOrder | FolderOrder | ExportOrder;
export type MakeAnswer = { made: Given[MakeOrder['kind']] } | { why: string };
