/** Runs work once what has just changed on the page has been painted; in a page that nobody sees nothing is. */
export function afterPaint(work: () => void): void {
  if (document.hidden) setTimeout(work);
  else requestAnimationFrame(() => setTimeout(work));
}
