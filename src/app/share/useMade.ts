import { useEffect, useState } from 'react';
import { reason } from './drawn.ts';

/** What has been made: null while it is being made, or why it was not. */
export type Made<T> = { value: T } | { why: string } | null;

/** Makes something anew whenever what it is made `of`, or its `key`, is another. What was made before stands until then: nothing flickers. */
export function useMade<T>(of: unknown, key: string, make: () => Promise<T>): Made<T> {
  const [made, setMade] = useState<Made<T>>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `of` and `key` are all that `make` depends on.
  useEffect(() => {
    let here = true;
    make().then(
      (value) => here && setMade({ value }),
      (error) => here && setMade({ why: reason(error) }),
    );
    return () => {
      here = false;
    };
  }, [of, key]);
  return made;
}
