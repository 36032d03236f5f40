/**
 * A story about the capture that is open: its busiest connection given away while datagrams of it wait; where
 * none ever waits, the first connection that moves when it is accepted.
 */
import type { WorldOptions } from '../machine/options.ts';
import type { WorldData } from '../scenario/data.ts';
import { findMoment } from '../scenario/moment.ts';
import { byTraffic, letterOf } from './contents.ts';
import { type Beat, type Story, YOURS } from './schema.ts';
import { type Tale, taleOf } from './tale.ts';

/** Happenings within which a connection's datagrams have to come to wait. */
const FAR = 150_000;
/** The busiest of so many connections are tried. */
const TRIED = 6;

/** The story of an open capture; null where nothing in it ever moves. */
export function yourTale(data: WorldData, options: WorldOptions): Tale | null {
  for (const { conn, n } of byTraffic(data).slice(0, TRIED)) {
    for (const waiting of [3, 2]) {
      if (n <= waiting || !findMoment(data, options, { conn, holdFrom: 0, waiting }, FAR)) continue;
      const tale = told(movedWhileWaiting(letterOf(conn), waiting), data, options);
      if (tale) return tale;
    }
  }
  for (const { conn } of byTraffic(data).slice(0, TRIED)) {
    const tale = told(movedAtAccept(letterOf(conn)), data, options);
    if (tale) return tale;
  }
  return null;
}

/** A story that does not come about here is none. */
function told(story: Story, data: WorldData, options: WorldOptions): Tale | null {
  try {
    const tale = taleOf(story, data, options);
    return tale.runs[0]!.resolved.beats.every((b) => b.at >= 0) ? tale : null;
  } catch {
    return null;
  }
}

const base = (
  letter: string,
  title: string,
  look: string,
): Omit<Story, 'start' | 'choices' | 'until' | 'beats'> => ({
  name: YOURS,
  title,
  look,
  begin: { from: 'open' },
  program: {},
  about: letter,
  lanes: ['new', 'old'],
});

function movedWhileWaiting(letter: string, waiting: number): Story {
  const beats: Beat[] = [
    {
      at: 'start',
      title: '{late.Word} wait with {old}',
      text: 'Datagrams {late} of {A} were sorted into {old}’s inbox, because its entry in the CID table says {old}. {old} is held, so they wait.',
      spot: ['lane:old', 'inbox:old', 'entry:A', 'wire:A', 'chip:A', 'client:A'],
      facts: ['owner A = old', 'held old'],
      do: {
        label: 'Give {A} to {new}, and watch its {late.n} waiting datagrams',
        other: 'or drag {A} to {new}, or press Shift {new.n}',
      },
    },
    {
      at: '{A}.commit',
      title: 'One store decides',
      text: '{old} prepares for some {steps} steps, then stores {new.n} in the entry. From that store on, {A} is {new}’s, and what waits here is late.',
      spot: ['lane:old', 'lane:new', 'inbox:old', 'entry:A', 'wire:A', 'chip:A', 'commit'],
      facts: ['owner A = new', 'late A = all'],
    },
    {
      at: '{last}.handled',
      title: 'None is lost',
      text: '{old} passed each of them on, whole and unopened, and {new} handled {late}. The rest of your capture lies ahead.',
      spot: ['lane:new', 'inbox:new', 'entry:A', 'wire:A', 'chip:A'],
      facts: ['owner A = new', 'late A = 0', 'handled late by new'],
      ledger: true,
    },
  ];
  return {
    ...base(
      letter,
      'Your capture',
      'Its busiest connection moves while datagrams of it wait. See which way they go.',
    ),
    start: { held: { ms: 0, waiting } },
    choices: [
      { choice: { do: 'rebind', conn: letter, to: 'new' } },
      { choice: { do: 'release', thread: 'old' } },
    ],
    until: '{last}.handled',
    beats,
  };
}

function movedAtAccept(letter: string): Story {
  const beats: Beat[] = [
    {
      at: 'start',
      title: '{A} is about to be accepted',
      text: 'Its handshake is done on {old}. HAProxy moves a connection in one place only: here, when it is accepted.',
      spot: ['lane:old', 'entry:A', 'wire:A', 'chip:A', 'client:A'],
      facts: ['owner A = old'],
      do: { label: 'Let {old} choose a thread for it' },
    },
    {
      at: '{A}.commit',
      title: 'One store decides',
      text: 'From this store on, every thread that looks {A} up finds its new owner. No datagram of it was waiting, so none is late.',
      spot: ['lane:old', 'entry:A', 'wire:A', 'chip:A', 'commit'],
      facts: [],
    },
  ];
  return {
    ...base(letter, 'Your capture', 'Its busiest connection moves when it is accepted.'),
    start: { at: `${letter}.rebind-1` },
    choices: [],
    until: '{A}.commit',
    beats,
  };
}
