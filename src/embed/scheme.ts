/**
 * Whether a host's page is dark where an element stands: by the colour scheme that it has there, or that the page declares; where neither says
 * anything, by what lies behind the element. `reader`: the reader prefers dark.
 */
export function isDark(element: Element, reader: boolean): boolean {
  let schemes = getComputedStyle(element).colorScheme;
  if (schemes === 'normal')
    schemes = document.querySelector<HTMLMetaElement>('meta[name="color-scheme"]')?.content ?? '';
  const [light, dark] = [schemes.includes('light'), schemes.includes('dark')];
  if (light || dark) return dark && (!light || reader);
  for (let e: Element | null = element; e; e = e.parentElement) {
    const [, r, g, b, alpha] =
      /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(getComputedStyle(e).backgroundColor) ?? [];
    if (r !== undefined && alpha !== '0') return Number(r) + Number(g) + Number(b) < 384;
  }
  return false;
}
