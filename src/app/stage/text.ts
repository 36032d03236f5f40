/** Fitting text into the stage. SVG does not wrap; widths are estimated from the two faces in use. */

/** Mean advance in em: Inter at weight 400 to 500, JetBrains Mono exactly. */
const EM = { sans: 0.54, mono: 0.6 } as const;

/** `text`, or its beginning with an ellipsis, so that it takes at most `width` units at `size`. */
export function fitted(text: string, width: number, size: number, face: 'sans' | 'mono' = 'sans'): string {
  const room = Math.max(1, Math.floor(width / (size * EM[face])));
  return text.length <= room ? text : `${text.slice(0, Math.max(1, room - 1)).trimEnd()}…`;
}

/** The same for an address and port: what is left out is left out in front. */
export function fittedEnd(text: string, width: number, size: number): string {
  const room = Math.max(2, Math.floor(width / (size * EM.mono)));
  return text.length <= room ? text : `…${text.slice(text.length - room + 1)}`;
}

/** Up to `lines` lines broken at spaces; the last is cut with an ellipsis when more is left. */
export function wrap(text: string, width: number, size: number, lines: number): string[] {
  const room = Math.max(1, Math.floor(width / (size * EM.sans)));
  const out: string[] = [];
  let rest = text.trim();
  while (rest && out.length < lines) {
    if (out.length === lines - 1 || rest.length <= room) {
      out.push(fitted(rest, width, size));
      break;
    }
    const space = rest.lastIndexOf(' ', room);
    const cut = space > 0 ? space : room;
    out.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return out;
}

/** "7c1e05a9d2b84f63" as "7c1e 05a9 d2b8 4f63". */
export function grouped(cid: string): string {
  return cid.replace(/(.{4})(?=.)/g, '$1 ');
}

/** 9214 as "9 214", with a thin space. */
export function count(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, '\u2009');
}

/** Time left, at most four signs: "820 ms", "4.2 s", "29.9 s", "due". */
export function span(ms: number): string {
  if (ms <= 0) return 'due';
  if (ms < 10) return `${Math.floor(ms * 10) / 10} ms`;
  if (ms < 1000) return `${Math.floor(ms)} ms`;
  return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
}

/** Virtual clock: "4.168", milliseconds and microseconds. */
export function clockText(clock: { ms: number; ns: number }): string {
  return `${count(clock.ms)}.${String(Math.floor(clock.ns / 1000)).padStart(3, '0')}`;
}

/** "one datagram", "3 datagrams". */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}
