/** Links: honest ones with parts of them broken, moments with impossible numbers, and schedules as JSON by no one's hand. */
import { chooseRevision } from '../../haproxy/revisions.ts';
import {
  decodeMoment,
  encodeMoment,
  type LinkDeparture,
  type Moment,
  plainMoment,
} from '../../link/index.ts';
import type { Choice } from '../../machine/choice.ts';
import type { Random } from '../../quic/fuzz/random.ts';
import type { WorldData } from '../../scenario/data.ts';
import { standAt } from '../follow.ts';
import { type FuzzedKind, STEPS } from './kind.ts';

const URLISH = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const NUMBERS = [-1, 0, 1, 2, 3, 4, 7, 63, 64, 255, 2 ** 31, 2 ** 32, 1e9, 1e10, 2 ** 53 - 1];

/** `data`: of the world that links lead to. */
export function links(data: WorldData): FuzzedKind<string> {
  return {
    name: 'links',
    make: (random) =>
      random.oneIn(4) ? asJson(random) : random.oneIn(3) ? encodeMoment(moment(random)) : brokenText(random),
    read: (text) => (decodeMoment(text).notes.length === 0 ? 'read whole' : 'read with notes'),
    go: (text) => go(text, data),
    show: (text) => text,
  };
}

function go(text: string, data: WorldData): string {
  const { moment: m } = decodeMoment(text);
  if (typeof chooseRevision(m.options) === 'string') return 'no such program';
  // As far as the fuzzer goes; what lies beyond is as this.
  const at = Math.min(m.playhead.at, STEPS);
  const said: string[] = [];
  standAt({ ...m, end: Math.min(m.end, STEPS), playhead: { ...m.playhead, at } }, data, said);
  return said.length === 0 ? 'followed whole' : 'followed with notes';
}

function number(random: Random): number {
  return random.oneIn(3) ? random.pick(NUMBERS) : random.below(40);
}

function choice(random: Random): Choice {
  const [tid, conn, dgram] = [number(random), number(random), number(random)];
  return random.pick<Choice>([
    { kind: 'step', tid },
    { kind: 'deliver', dgram },
    { kind: 'deliver', dgram, fd: number(random), tid },
    { kind: 'keep-back', dgram },
    { kind: 'drop', dgram },
    { kind: 'duplicate', dgram },
    { kind: 'reorder', dgram, after: number(random) },
    { kind: 'expire', tid },
    { kind: 'expire-timer', conn, timer: random.pick(['idle', 'loss']) },
    { kind: 'hold', tid },
    { kind: 'release', tid },
    { kind: 'fail-allocation', n: number(random) },
    { kind: 'fail-socket', n: number(random) },
    { kind: 'rebind', conn, tid },
    { kind: 'accept-target', tid, conn },
    { kind: 'gate', on: random.oneIn(2) },
    { kind: 'close', conn },
    { kind: 'show-quic', tid, all: random.oneIn(2) },
  ]);
}

/** No number of a choice is below what its field begins at: such a link cannot be written. */
const writable = (c: Choice): boolean =>
  Object.values(c).every((v) => typeof v !== 'number' || v >= (c.kind === 'accept-target' ? -1 : 0));

function moment(random: Random): Moment {
  const departures: LinkDeparture[] = [];
  let at = 0;
  for (let n = random.below(12); n > 0; n--) {
    at += random.below(random.oneIn(8) ? 4000 : 60);
    const made = choice(random);
    if (!writable(made)) continue;
    const anchored = random.oneIn(3)
      ? {
          anchor: {
            kind: 'step' as const,
            tid: random.below(5),
            proc: 'run_poll_loop',
            label: '9e',
            nth: 1 + random.below(9),
          },
        }
      : {};
    departures.push({ at, choice: made, ...anchored });
    at++;
  }
  const end = at + random.below(6000);
  const plain = plainMoment();
  return {
    ...plain,
    ...(random.oneIn(4) ? { name: URLISH.slice(random.below(URLISH.length)) } : {}),
    scenario: { kind: 'sample', id: 'six' },
    options: {
      ...plain.options,
      threads: random.oneIn(3) ? 1 + random.below(8) : 4,
      revision: random.pick(['finalized', 'newest', '25174d51e', 'none such']),
      socketOwner: random.pick(['listener', 'connection']),
      withholdPostHandshake: random.oneIn(2),
      ...(random.oneIn(5) ? { ringSize: 2 + random.below(8), maxPollEvents: 1 + random.below(9) } : {}),
    },
    fingerprint: random.oneIn(3) ? '0badcafe' : '',
    departures,
    end,
    playhead: { at: random.below(end + 1), undone: random.below(3) },
  };
}

function brokenText(random: Random): string {
  const text = encodeMoment(moment(random));
  const at = 1 + random.below(text.length - 1);
  const other = URLISH[random.below(URLISH.length)]!;
  switch (random.below(4)) {
    case 0:
      return text.slice(0, at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random.below(6));
    case 2:
      return text.slice(0, at) + text.slice(random.below(text.length));
    default:
      return text.slice(0, at) + other + text.slice(at + 1);
  }
}

/** A value of JSON, of any kind and at most so deep. */
export function value(random: Random, deep: number): unknown {
  switch (random.below(deep > 0 ? 9 : 6)) {
    case 0:
      return null;
    case 1:
      return random.oneIn(2);
    case 2:
    case 3:
      return number(random);
    case 4:
      return number(random) / 7;
    case 5:
      return random.pick(['', 'six', 'hold', '1', '\u202egpj', 'toString']);
    case 6:
      return Array.from({ length: random.below(4) }, () => value(random, deep - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random.below(4) }, () => [
          random.pick(['toString', 'valueOf', '__proto__', 'kind', 'tid', 'length', 'at']),
          value(random, deep - 1),
        ]),
      );
  }
}

function asJson(random: Random): string {
  const departures = Array.from({ length: random.below(4) }, () => ({
    at: number(random),
    choice: choice(random),
  }));
  const raw: Record<string, unknown> = {
    scenario: 'six',
    options: { threads: 4 },
    departures,
    end: random.below(6000),
  };
  for (let n = random.below(4); n > 0; n--) raw[random.pick(Object.keys(raw))] = value(random, 3);
  const first = departures[0];
  if (first && random.oneIn(2))
    Object.assign(first.choice, { [random.pick(['kind', 'tid', 'conn', 'timer', 'on'])]: value(random, 3) });
  let json = JSON.stringify(raw);
  if (random.oneIn(20)) json = json.replace('"six"', `${'['.repeat(60_000)}${']'.repeat(60_000)}`);
  return `0${Buffer.from(json).toString('base64url')}`;
}
