/** The browser's own address line. */
import type { AddressEnv } from './address.ts';

export const browserAddress: AddressEnv = {
  hash: () => location.hash,
  query: () => location.search,
  replace: (query, hash) => history.replaceState(history.state, '', location.pathname + query + hash),
  title(name) {
    document.title = name ? `${name} · Rebind` : 'Rebind';
  },
  onChange(cb) {
    addEventListener('hashchange', cb);
    return () => removeEventListener('hashchange', cb);
  },
  now: () => performance.now(),
  later(cb, ms) {
    const id = setTimeout(cb, ms);
    return () => clearTimeout(id);
  },
};

/** An address for others: this page, or the figure alone, at a moment. Nothing else of the present address goes along. */
export function addressOf(hash: string, embed: boolean): string {
  return `${location.origin}${location.pathname}${embed ? '?embed' : ''}${hash}`;
}
