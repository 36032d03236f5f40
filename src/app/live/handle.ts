/** What keys and the top bar may ask of Live without having loaded it. */
export interface LiveHandle {
  readonly threads: number;
  /** Pause, or go on, or begin. */
  toggle(): void;
  /** Rebinds the picked connection. */
  rebind(tid: number): void;
  /** Picks the mark `across` columns of marks and `up` rows away. */
  move(across: number, up: number): void;
  openMenu(): void;
  /** Closes what is open; true when there was something. */
  cancel(): boolean;
  freeze(): void;
  /** The view is left: the run waits at a safe point. */
  leave(): void;
  /** The view is shown. */
  enter(): void;
  close(): void;
}
