/**
 * `<rebind-figure src="…/m/first/" at lanes theme begin detail>`: its content is what shows before, and without a script: a picture that leads
 * to the moment. A click, or coming into view with `begin="playing"`, puts the figure in its place.
 *
 *   <rebind-figure src="https://…/m/first/">
 *     <a href="https://…/m/first/"><img src="https://…/m/first/poster.svg" alt="A belongs to T2. …"></a>
 *   </rebind-figure>
 */
import { connect, type Figure } from './connect.ts';
import { isDark } from './scheme.ts';

const PARTS = ['at', 'lanes', 'theme', 'begin', 'detail'] as const;

/** A site's generator may import this where there are no elements; it makes none there. */
const Base = globalThis.HTMLElement ?? (class {} as typeof HTMLElement);

export class RebindFigure extends Base {
  static readonly observedAttributes = ['src', ...PARTS];
  /** Once it has been put in place of its picture. */
  figure: Figure | null = null;
  private frame: HTMLIFrameElement | null = null;
  private sight: IntersectionObserver | null = null;
  private scheme: MediaQueryList | null = null;
  private host: MutationObserver | null = null;

  connectedCallback(): void {
    this.style.display ||= 'block';
    this.addEventListener('click', this.clicked);
    // An image follows its element's colour scheme, a frame does not: it is told.
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
    this.scheme.addEventListener('change', this.recolour);
    // A host's own switch is an attribute of one of these.
    this.host = new MutationObserver(this.recolour);
    for (const at of [document.documentElement, document.body]) this.host.observe(at, { attributes: true });
    if (this.getAttribute('begin') !== 'playing') return;
    this.sight = new IntersectionObserver((entries) => entries.some((e) => e.isIntersecting) && this.load());
    this.sight.observe(this);
  }

  disconnectedCallback(): void {
    this.removeEventListener('click', this.clicked);
    this.scheme?.removeEventListener('change', this.recolour);
    this.host?.disconnect();
    this.sight?.disconnect();
    this.figure?.destroy();
    this.frame?.remove();
    this.frame = null;
    this.figure = null;
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.frame || before === now) return;
    if (name === 'theme') this.recolour();
    else if (name === 'at' && now && this.figure) this.figure.seek(now);
    else this.frame.src = this.address();
  }

  /** Puts the figure in place of the picture. */
  load(): void {
    if (this.frame || !this.getAttribute('src')) return;
    this.sight?.disconnect();
    const frame = document.createElement('iframe');
    frame.src = this.address();
    frame.title = this.querySelector('img')?.alt || 'Rebind';
    frame.allow = 'cross-origin-isolated';
    const { width, height } = this.getBoundingClientRect();
    frame.style.cssText = `display:block;width:100%;border:0;height:${Math.max(height, width < 560 ? 520 : width * 0.52)}px`;
    this.frame = frame;
    const picture = [...this.children].filter((c): c is HTMLElement => c instanceof HTMLElement && !c.slot);
    this.append(frame);
    for (const p of picture) p.hidden = true;
    this.figure = connect(frame);
    this.figure.on('height', (e) => {
      frame.style.height = `${e.height}px`;
    });
    for (const on of ['ready', 'mark', 'step', 'end', 'error'] as const)
      this.figure.on(on, (detail) => this.dispatchEvent(new CustomEvent(`rebind-${on}`, { detail })));
    this.recolour();
  }

  private readonly clicked = (e: MouseEvent): void => {
    if (this.frame || e.defaultPrevented || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey) return;
    if (!(e.target as Element).closest('a, img')) return;
    e.preventDefault();
    this.load();
  };

  private readonly recolour = (): void => {
    this.figure?.setTheme(this.theme());
  };

  /** As asked for, else the scheme that the host has here. */
  private theme(): 'light' | 'dark' {
    const asked = this.getAttribute('theme');
    if (asked === 'light' || asked === 'dark') return asked;
    return isDark(this, this.scheme?.matches ?? false) ? 'dark' : 'light';
  }

  private address(): string {
    const url = new URL(this.getAttribute('src') ?? '', document.baseURI);
    for (const part of PARTS) {
      const value = this.getAttribute(part);
      if (value) url.searchParams.set(part, value);
    }
    // It was asked for: it begins at once, and the caption is the host's.
    if (!this.hasAttribute('begin')) url.searchParams.set('begin', 'playing');
    url.searchParams.set('theme', this.theme());
    url.searchParams.set('caption', 'off');
    return url.href;
  }
}

if (globalThis.customElements && !customElements.get('rebind-figure'))
  customElements.define('rebind-figure', RebindFigure);
