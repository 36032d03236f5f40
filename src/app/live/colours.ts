/** Colours of the page's tokens as a canvas needs them: read from the document, again when the theme changes. */

export interface LiveColours {
  heat: [string, string, string, string];
  commit: string;
  redispatch: string;
  redispatchTint: string;
  ink: string;
  ink2: string;
  ink3: string;
  line: string;
  paper: string;
  surface: string;
  band: string;
  focus: string;
}

const NAMES = {
  commit: '--commit',
  redispatch: '--redispatch',
  redispatchTint: '--redispatch-tint',
  ink: '--ink',
  ink2: '--ink2',
  ink3: '--ink3',
  line: '--line',
  paper: '--paper',
  surface: '--surface',
  band: '--band',
  focus: '--focus',
} as const;

/** The tokens as seen inside `within`, which may redefine them (forced colours). */
export function readColours(within: HTMLElement): LiveColours {
  const probe = document.createElement('span');
  probe.style.cssText = 'display:none;forced-color-adjust:none';
  within.append(probe);
  const read = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const named = Object.fromEntries(Object.entries(NAMES).map(([k, v]) => [k, read(v)])) as Record<
    keyof typeof NAMES,
    string
  >;
  const heat: LiveColours['heat'] = [read('--heat1'), read('--heat2'), read('--heat3'), read('--heat4')];
  probe.remove();
  return { ...named, heat };
}

/** "rgb(1, 117, 100)", or the shares in "color(srgb 0.1 0.2 0.3)", as the bytes of one pixel. */
export function pixelOf(colour: string): number {
  const scale = colour.startsWith('color(') ? 255 : 1;
  const [r = 0, g = 0, b = 0] = (colour.match(/[\d.]+/g) ?? []).map((n) => Number(n) * scale);
  const bytes = new Uint8ClampedArray([r, g, b, 255]);
  return new Uint32Array(bytes.buffer)[0]!;
}

/** Calls back when the colours may have changed; returns how to stop. */
export function onColours(cb: () => void): () => void {
  const watch = new MutationObserver(cb);
  watch.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  const media = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((q) => matchMedia(q));
  for (const m of media) m.addEventListener('change', cb);
  return () => {
    watch.disconnect();
    for (const m of media) m.removeEventListener('change', cb);
  };
}
