/** What of the stage is lit: in a story everything else steps back, cannot be pressed, and is not read out. */
import { createContext, type ReactNode, useContext } from 'react';

/** Keys as `lane:2`, `entry:A`, `commit`; null: all of it. */
const Lit = createContext<ReadonlySet<string> | null>(null);
/** What stands here has stepped back. */
const Back = createContext(false);

export const LitProvider = Lit.Provider;

/** Whether none of these parts is lit. */
export function useDim(...parts: readonly string[]): boolean {
  const lit = useContext(Lit);
  return lit !== null && !parts.some((p) => lit.has(p));
}

/** Whether what is drawn here has stepped back: no stop of the Tab key then. */
export const useIsBack = (): boolean => useContext(Back);

/** A part of the stage, lit when one of `of` is. */
export function Part({ of, children }: { of: readonly string[]; children: ReactNode }) {
  const dim = useDim(...of);
  return (
    <Back.Provider value={dim}>
      <g className={dim ? 'part back' : 'part'} aria-hidden={dim || undefined}>
        {children}
      </g>
    </Back.Provider>
  );
}
