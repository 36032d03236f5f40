/** A figure as markup, without a page: what stands in its document before a script runs, and what its poster is made of. */
import { renderToStaticMarkup } from 'react-dom/server';
import { SessionProvider } from '../../app/session/context.tsx';
import type { StageKind } from '../../app/stage/layout.ts';
import { Stage } from '../../app/stage/Stage.tsx';
import type { Reel } from '../../tape/reel.ts';
import { Figure } from '../Figure.tsx';
import { fullAddress } from '../full.ts';
import { optionsIn } from '../options.ts';
import { createPlayer, type Player } from '../player.ts';
import { captionOf } from '../words.ts';
import { find, markupOf, type Node, parseMarkup } from './tree.ts';

/** A player that nobody plays. */
const playerOf = (reel: Reel): Player =>
  createPlayer(reel, optionsIn('', reel.tape.threads), {
    now: () => 0,
    reducedMotion: () => true,
    nextFrame: () => () => {},
    beyond: () => {},
  });

/** The stage where the tape stands at first, as its <svg>. */
export function stageSvg(reel: Reel, kind: StageKind, lanes: readonly number[] = reel.tape.lanes): Node {
  const { session } = playerOf(reel);
  const view = session.picture.getState().stage!;
  const markup = renderToStaticMarkup(
    <SessionProvider value={session}>
      <Stage view={view} kind={kind} lanes={lanes} still />
    </SessionProvider>,
  );
  return find(parseMarkup(markup), (n) => n.tag === 'svg')!;
}

/** The figure for both widths, of which the stylesheet shows one. */
export function figureMarkup(reel: Reel, page: string): string {
  const { deck, session, first } = playerOf(reel);
  const { tape } = reel;
  const figure = (kind: StageKind) => (
    <Figure
      deck={deck}
      session={session}
      title={tape.title}
      look={tape.look}
      caption={captionOf(tape)}
      lanes={tape.lanes}
      lasts={reel.lasts - reel.shownAt[first]!}
      begun={false}
      bare={false}
      said=""
      kind={kind}
      openFull={() => fullAddress(page, reel, first)}
      touched={() => {}}
    />
  );
  const markup = renderToStaticMarkup(
    <>
      <div className="only-wide">{figure('figure')}</div>
      <div className="only-narrow">{figure('phone')}</div>
    </>,
  );
  return parseMarkup(markup)
    .map((n) => markupOf(withoutHands(n), true))
    .join('');
}

/** No script runs yet: what is a button in the drawing is none. */
function withoutHands(node: Node): Node {
  const attributes = new Map(node.attributes);
  const isButton = node.tag === 'button';
  if (!isButton && attributes.get('role') === 'button')
    for (const name of ['role', 'tabindex', 'aria-haspopup', 'aria-pressed', 'aria-label'])
      attributes.delete(name);
  const children = node.children.map((c) => (typeof c === 'string' ? c : withoutHands(c)));
  return { ...node, attributes, children };
}
