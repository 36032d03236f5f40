import type { Exec } from '../step/exec.ts';

/** An executor that answers some of its names otherwise, and is the other one in all else: what is set on it is set there. */
export function instead(x: Exec, other: object): Exec {
  return new Proxy(x, {
    get: (of, name, self) => (name in other ? Reflect.get(other, name) : Reflect.get(of, name, self)),
    set: (of, name, v) => Reflect.set(of, name, v),
  });
}
