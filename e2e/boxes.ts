/** What is wrong with the boxes of what a page shows. Runs in the page, so it names nothing outside of itself. */

/**
 * A line for each fault: a target under 24 by 24 px that has no room about it; a text that is cut off without a sign; what leaves the
 * window at its side; texts and targets that lie over each other.
 */
export function faultsIn(): string[] {
  const LEAST = 24;
  const out: string[] = [];
  const modal = document.querySelector('dialog[open]');
  const root = modal ?? document.querySelector('[data-gallery]') ?? document.body;
  const nameOf = (e: Element): string => {
    const words = (e.getAttribute('aria-label') ?? e.textContent ?? '')
      .trim()
      .replace(/\s+/g, ' ')
      .slice(0, 40);
    return `${e.tagName.toLowerCase()}${e.classList.length > 0 ? `.${[...e.classList].join('.')}` : ''} “${words}”`;
  };
  const seen = (e: Element): boolean => {
    if (!e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const r = e.getBoundingClientRect();
    return (
      r.width > 1 &&
      r.height > 1 &&
      e.closest('.visually-hidden, .skip, [aria-hidden=true] .said, .said') === null
    );
  };
  /** The part of a box that its scrolling and cutting ancestors leave; null: none. */
  const left = (e: Element): DOMRect | null => {
    let { left: x, top: y, right, bottom } = e.getBoundingClientRect();
    for (let up = e.parentElement; up; up = up.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(up);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const r = up.getBoundingClientRect();
      x = Math.max(x, r.left);
      right = Math.min(right, r.right);
      y = Math.max(y, r.top);
      bottom = Math.min(bottom, r.bottom);
    }
    return right - x > 1 && bottom - y > 1 ? new DOMRect(x, y, right - x, bottom - y) : null;
  };
  const scrolls = (e: Element): boolean => {
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement)
      if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth) return true;
    return false;
  };

  const TARGETS =
    'button, select, input, summary, a[href], [role=button], [role=tab], [role=menuitem], [role=slider]';
  const targets = [...root.querySelectorAll(TARGETS)].filter(seen);
  /** WCAG 2.2, 2.5.8: one that is smaller keeps a circle of 24 px about its middle clear of the others. */
  const sizes = targets.map((e) => {
    // A control in a label is as large as that.
    const r = (e.closest('label') ?? e).getBoundingClientRect();
    return {
      e,
      r,
      small: Math.min(r.width, r.height) < LEAST - 0.5,
      x: r.x + r.width / 2,
      y: r.y + r.height / 2,
    };
  });
  for (const { e, r, small, x, y } of sizes) {
    // A link in a text is as high as its line, a range is moved along its length; a datagram opens
    // from the trace too, and a connection, of which a lane has a mark however many it owns, is chosen in the Capture panel.
    const inText = getComputedStyle(e).display === 'inline' && e.matches('a, button');
    if (small && !inText && !e.matches('input[type=range], [role=slider], :disabled, .datagram, .handle')) {
      const near = sizes.find(({ e: other, r: o, small: also, x: ox, y: oy }) => {
        if (other === e || e.contains(other) || other.contains(e) || other.matches('.datagram, .handle'))
          return false;
        if (also) return Math.hypot(ox - x, oy - y) < LEAST - 0.5;
        const dx = Math.max(o.left - x, 0, x - o.right);
        const dy = Math.max(o.top - y, 0, y - o.bottom);
        return Math.hypot(dx, dy) < LEAST / 2 - 0.5;
      });
      if (near)
        out.push(
          `${nameOf(e)} is ${Math.round(r.width)} by ${Math.round(r.height)} px, beside ${nameOf(near.e)}`,
        );
    }
    if ((r.right > innerWidth + 1 || r.left < -1) && !scrolls(e) && left(e))
      out.push(`${nameOf(e)} leaves the window`);
  }

  // Texts that stand by themselves, in HTML and on the stage.
  const texts = [...root.querySelectorAll('*')].filter(
    (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.nodeValue!.trim() !== '') && seen(e),
  );
  for (const e of texts) {
    if (e instanceof SVGElement) continue;
    const style = getComputedStyle(e);
    if (
      /hidden|clip/.test(style.overflowX) &&
      style.textOverflow !== 'ellipsis' &&
      e.scrollWidth > e.clientWidth + 1
    )
      out.push(`${nameOf(e)} is cut off`);
  }

  // Of what moves or is stacked nothing is asked: datagrams, chips, and what a timeline draws over its lanes.
  const STACKED = '.sheet, .chip, .datagram, .redispatches, .trunk, .tl-svg, option, title';
  const boxes = [...new Set([...targets.filter((e) => !(e instanceof SVGElement)), ...texts])]
    .filter((e) => e.closest(STACKED) === null && !e.matches('svg, title, input[type=range], [role=slider]'))
    .flatMap((e) => {
      const r = left(e);
      if (!r) return [];
      // Letters fill some two thirds of their line.
      const cut = e instanceof SVGElement ? r.height * 0.2 : 1;
      return [{ e, x: r.left + 1, y: r.top + cut, right: r.right - 1, bottom: r.bottom - cut }];
    });
  const layer = (e: Element): Element | null =>
    e.closest(
      '.menu, .popover, .over-page, .drop-zone, dialog, .find, .find-box, .tl-tip, .inspector, .story-bar, .top',
    );
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1)) {
      if (b.x >= a.right || a.x >= b.right || b.y >= a.bottom || a.y >= b.bottom) continue;
      if (a.e.contains(b.e) || b.e.contains(a.e) || layer(a.e) !== layer(b.e)) continue;
      // Inline parts of one text may wrap about each other.
      if (
        getComputedStyle(a.e).display === 'inline' &&
        getComputedStyle(b.e).display === 'inline' &&
        !(a.e instanceof SVGElement)
      )
        continue;
      out.push(`${nameOf(a.e)} lies over ${nameOf(b.e)}`);
    }
  return [...new Set(out)];
}
