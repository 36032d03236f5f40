/** What the page does once its first picture stands. */
export { keepAddress } from '../address/address.ts';

/** This machine, where other sites come to the same address and are not to meet our service worker. */
const HERE = /^(localhost|127\..*|\[::1\])$/;

/**
 * Lets a service worker keep the page for when there is no network, and isolate it where its host sends no headers: from the second visit on.
 * Never in a frame. The worker is made at build, by scripts/lib/offline.mjs.
 */
export function keepPage(): void {
  if (top !== self || !import.meta.env.PROD || HERE.test(location.hostname)) return;
  // Where that fails (a blocked store, no such file) the page goes on as any page does.
  const register = () => navigator.serviceWorker?.register('sw.js').catch(() => {});
  if (document.readyState === 'complete') void register();
  else addEventListener('load', register);
}
