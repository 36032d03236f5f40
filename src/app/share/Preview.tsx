import { useLayoutEffect, useRef, useState } from 'react';
import type { Tape } from '../../tape/schema.ts';
import { Choice } from './Choice.tsx';
import type { Called } from './contract.ts';
import type { Makes } from './shared.ts';
import { folder } from './shown.ts';
import { useMade } from './useMade.ts';

const WIDTHS = [
  { id: '280', name: '280' },
  { id: '360', name: '360' },
  { id: '720', name: '720' },
  { id: '1000', name: '1000 px' },
] as const;
type Width = (typeof WIDTHS)[number]['id'];
const THEMES = [
  { id: 'auto', name: 'As theirs' },
  { id: 'light', name: 'Light' },
  { id: 'dark', name: 'Dark' },
] as const;
type Theme = (typeof THEMES)[number]['id'];

/** As high as the copied frame is at that width. */
const heightAt = (width: number): number => Math.max(440, Math.round((width * 460) / 720));

interface Props {
  tape: Tape;
  called: Called;
  begins: string;
  makes: Makes;
}

/** What readers will see, alive: the very figure, in a frame of the width that is chosen, made smaller where there is no room. */
export function Preview({ tape, called, begins, makes }: Props) {
  const [wide, setWide] = useState<Width>('720');
  const [theme, setTheme] = useState<Theme>('auto');
  const pane = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState(0);
  useLayoutEffect(() => {
    const node = pane.current;
    if (!node) return;
    const seen = new ResizeObserver(() => setRoom(node.clientWidth));
    seen.observe(node);
    return () => seen.disconnect();
  }, []);
  const made = useMade(tape, `${called.title} ${theme} ${begins}`, () =>
    makes.maker.make({
      kind: 'page',
      tape,
      called,
      query: `?theme=${theme}&begin=${begins}`,
      page: folder(),
      assets: `${folder()}figure/`,
    }),
  );
  const width = Number(wide);
  const height = heightAt(width);
  const scale = room > 0 ? Math.min(1, room / width) : 1;
  return (
    <section aria-label="What they will see" className="share-preview">
      <div className="share-choices">
        <b>What they will see</b>
        <Choice<Width> label="Width" of={WIDTHS} chosen={wide} choose={setWide} testid="preview-wide" />
        <Choice<Theme> label="Theme" of={THEMES} chosen={theme} choose={setTheme} testid="preview-theme" />
      </div>
      <div ref={pane} className="share-stand" style={{ height: height * scale }}>
        {made && 'value' in made && (
          <iframe
            title="Preview of the figure"
            data-testid="preview"
            width={width}
            height={height}
            srcDoc={made.value}
            style={{ transform: `scale(${scale})` }}
          />
        )}
        {made && 'why' in made && <p className="muted">{made.why}</p>}
      </div>
    </section>
  );
}
