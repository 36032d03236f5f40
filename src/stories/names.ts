/** The stories that there are, as opening one must know them before its file has come. What is seen in them is told in the list. */
export interface Named {
  name: string;
  title: string;
  beats: number;
  /** Id of the bundled capture that it begins with. */
  sample: string;
  /** Of the museum, where it is about one; else ''. */
  bug: string;
}

/** In the chooser's order. */
export const STORY_NAMES: readonly Named[] = [
  { name: 'first', title: 'Moved while packets wait', beats: 6, sample: 'six', bug: '' },
  { name: 'store', title: 'The one store that decides', beats: 5, sample: 'six', bug: '' },
  { name: 'twice', title: 'Moved again before it arrived', beats: 5, sample: 'six', bug: '' },
  { name: 'socket', title: 'The listener’s socket, or its own', beats: 5, sample: 'six', bug: '' },
  { name: 'race', title: 'Two threads, one Initial', beats: 4, sample: 'six', bug: '' },
  { name: 'no-memory', title: 'No memory, nothing changed', beats: 4, sample: 'six', bug: '' },
  { name: 'closing', title: 'A closing connection refuses', beats: 3, sample: 'six', bug: '' },
  {
    name: 'cids',
    title: 'Several CIDs, and why a rebind by hand is refused',
    beats: 3,
    sample: 'six',
    bug: '',
  },
  { name: 'hot', title: 'A hot thread', beats: 5, sample: 'six', bug: '' },
  { name: 'ring', title: 'The accept ring is full', beats: 5, sample: 'six', bug: 'M08' },
  { name: 'thaw', title: 'The seed freezes, finalize thaws', beats: 4, sample: 'six', bug: 'M04' },
];
