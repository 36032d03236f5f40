/** When a figure is seen, and that of several only one plays. */

interface Sight {
  seen(): void;
  unseen(): void;
  /** It has not been seen for a while. */
  long(): void;
}

/** Out of view for so long, a figure is a picture again, ms. */
const LONG = 4000;

export function watchSight(node: Element, { seen, unseen, long }: Sight): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let is = false;
  new IntersectionObserver(
    (entries) => {
      const now = entries.at(-1)!.isIntersecting;
      if (now === is) return;
      is = now;
      clearTimeout(timer);
      if (now) seen();
      else {
        unseen();
        timer = setTimeout(long, LONG);
      }
    },
    { threshold: 0.25 },
  ).observe(node);
}

/** Tells other figures of this origin that this one plays; `pause` is called when another one does. Returns how to tell. */
export function onlyOnePlays(pause: () => void): () => void {
  try {
    const channel = new BroadcastChannel('rebind-figure');
    channel.onmessage = pause;
    return () => channel.postMessage('plays');
  } catch {
    // Without an origin a frame may have no channel: it plays beside the others then.
    return () => {};
  }
}
