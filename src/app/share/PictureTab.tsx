import { useEffect, useMemo, useState } from 'react';
import { withMoment } from '../../link/picture.ts';
import { heldOf } from '../../tape/held.ts';
import { addressOf } from '../address/browser.ts';
import { Choice } from './Choice.tsx';
import type { PosterMade } from './contract.ts';
import { download, kilobytes, pngOf, reason } from './drawn.ts';
import { fileName, type Shared } from './shared.ts';
import { useMade } from './useMade.ts';

const AS = [
  { id: 'svg', name: 'SVG' },
  { id: 'png2', name: 'PNG 2×' },
  { id: 'png1', name: 'PNG 1×' },
] as const;
type As = (typeof AS)[number]['id'];
const SHAPES = [
  { id: 'figure', name: '720 wide' },
  { id: 'phone', name: '360 wide' },
] as const;
type Shape = (typeof SHAPES)[number]['id'];
const THEMES = [
  { id: 'light', name: 'Light' },
  { id: 'dark', name: 'Dark' },
] as const;
const ALL_THEMES = [{ id: 'both', name: 'As theirs' }, ...THEMES] as const;
type Theme = (typeof ALL_THEMES)[number]['id'];

interface Picture extends PosterMade {
  bytes: Uint8Array;
  /** What it holds of an own capture; ''. */
  holds: string;
}

/** The moment as a picture that opens as the moment when it is dropped on the page. */
export function PictureTab({ hash, own, title, makes }: Shared) {
  const [as, setAs] = useState<As>('svg');
  const [shape, setShape] = useState<Shape>('figure');
  const [theme, setTheme] = useState<Theme>('both');
  const [said, setSaid] = useState('');
  const shownTheme = as !== 'svg' && theme === 'both' ? 'light' : theme;
  const made = useMade(makes, `${hash} ${title} ${as} ${shape} ${shownTheme}`, async (): Promise<Picture> => {
    setSaid('');
    const [tape, figure] = await Promise.all([makes.tape(), makes.figure()]);
    const moment = hash.replace(/^#m=/, '');
    const poster = await makes.maker.make({
      kind: 'poster',
      tape,
      called: { title, look: '' },
      style: new TextDecoder().decode(figure['figure.css']),
      url: addressOf(hash, false),
      moment,
      theme: shownTheme,
      shape,
    });
    const bytes =
      as === 'svg'
        ? new TextEncoder().encode(poster.svg)
        : withMoment(await pngOf(poster.svg, poster, as === 'png2' ? 2 : 1), moment);
    return { ...poster, bytes, holds: own ? heldOf(tape) : '' };
  });
  const picture = made && 'value' in made ? made.value : null;
  const save = () => {
    if (!picture) return;
    const name = `${fileName(title)}.${as === 'svg' ? 'svg' : 'png'}`;
    try {
      download(picture.bytes, as === 'svg' ? 'image/svg+xml' : 'image/png', name);
      setSaid(`Saved as ${name}.`);
    } catch (error) {
      setSaid(reason(error));
    }
  };
  return (
    <>
      <div className="share-choices">
        <Choice<As> label="As" of={AS} chosen={as} choose={setAs} testid="picture-as" />
        <Choice<Shape> label="Width" of={SHAPES} chosen={shape} choose={setShape} testid="picture-wide" />
        <Choice<Theme>
          label="Theme"
          of={as === 'svg' ? ALL_THEMES : THEMES}
          chosen={shownTheme}
          choose={setTheme}
          testid="picture-theme"
        />
      </div>
      <p className="muted" data-testid="picture-holds">
        {picture?.holds
          ? `It shows of your capture: ${picture.holds}; no bytes of packets, no keys. Its link names the capture by its hash.`
          : 'The moment is inside: dropped on this page, the picture opens here. No bytes of a capture, no keys.'}
      </p>
      <div className="share-stand">{picture && <Seen picture={picture} title={title} />}</div>
      <div className="dialog-foot">
        <button
          type="button"
          className="btn primary"
          data-testid="save-picture"
          disabled={!picture}
          onClick={save}
        >
          {picture ? `Save ${as === 'svg' ? 'SVG' : 'PNG'}, ${kilobytes(picture.bytes.length)}` : 'Save'}
        </button>
        <small role="status" data-testid="picture-said">
          {said || (made === null ? 'It is being drawn.' : 'why' in made ? made.why : '')}
        </small>
      </div>
    </>
  );
}

function Seen({ picture, title }: { picture: Picture; title: string }) {
  const { svg, width, height } = picture;
  const url = useMemo(() => URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' })), [svg]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);
  return <img src={url} alt={title} width={width} height={height} data-testid="picture" />;
}
