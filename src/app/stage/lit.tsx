/** What of the stage is lit: everything else steps back, and in a story cannot be pressed and is not read out. */
import { createContext, type ReactNode, useContext } from 'react';

export interface Lights {
  /** Keys as `lane:2`, `entry:A`, `commit`. */
  keys: ReadonlySet<string>;
  /** What has stepped back cannot be pressed and is not read out. */
  inert: boolean;
}

/** Null: all of it is lit. */
const Lit = createContext<Lights | null>(null);
/** What stands here has stepped back. */
const Back = createContext(false);

export const LitProvider = Lit.Provider;

export interface Dim {
  /** Class of what has stepped back; ''. */
  back: string;
  inert: boolean;
}

const LIT: Dim = { back: '', inert: false };
const DIM: Dim = { back: 'part back', inert: false };
const INERT: Dim = { back: 'part back inert', inert: true };

/** How something is drawn of which these are the parts: stepped back when none of them is lit. */
export function useDim(...parts: readonly string[]): Dim {
  const lit = useContext(Lit);
  if (lit === null || parts.some((p) => lit.keys.has(p))) return LIT;
  return lit.inert ? INERT : DIM;
}

/** Whether what is drawn here has stepped back: no stop of the Tab key then. */
export const useIsBack = (): boolean => useContext(Back);

/** A part of the stage, lit when one of `of` is. */
export function Part({ of, children }: { of: readonly string[]; children: ReactNode }) {
  const dim = useDim(...of);
  return (
    <Back.Provider value={dim.inert}>
      <g className={dim.back || 'part'} aria-hidden={dim.inert || undefined}>
        {children}
      </g>
    </Back.Provider>
  );
}
