/* Before anything is drawn: the reader's theme, and whether the picture in the page is what the page will open. */
(() => {
  const at = document.documentElement.dataset;
  const kept = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key)) || {};
    } catch {
      return {};
    }
  };
  const q = new URLSearchParams(location.search);
  // What is chosen in a figure is the figure's.
  const { theme, detail } = kept(q.has('embed') ? 'rebind.embed' : 'rebind.settings');
  if (theme === 'light' || theme === 'dark') at.theme = theme;
  const story = q.get('story');
  const first = story ? story === 'first' : kept('rebind.stories').first === undefined;
  const other = ['at', 'embed', 'plain', 'sample', 'present'].some((name) => q.has(name));
  at.open =
    first &&
    !other &&
    (q.get('beat') ?? '1') === '1' &&
    detail !== 'simple' &&
    !location.hash.startsWith('#m=')
      ? 'first'
      : 'other';
})();
