import { describe, expect, it } from 'vitest';
import type { Anchors } from '../../hosts/engine.ts';
import { decodeMoment, fromHash } from '../../link/index.ts';
import type { Session } from '../session/session.ts';
import { createChoices, createPicture, noStatus } from '../session/store.ts';
import { stageWith } from '../testing/stage.ts';
import { type AddressEnv, keepAddress } from './address.ts';
import { callHere } from './here.ts';

/** A clock that is moved by hand, and the address line it writes to. */
function browser() {
  let now = 0;
  let next = 0;
  const due = new Map<number, { at: number; cb: () => void }>();
  const written: { at: number; hash: string }[] = [];
  const titles: string[] = [];
  const env: AddressEnv = {
    hash: () => written.at(-1)?.hash ?? '',
    query: () => '',
    replace: (_, hash) => written.push({ at: now, hash }),
    title: (name) => titles.push(name),
    onChange: () => () => {},
    now: () => now,
    later(cb, ms) {
      const id = next++;
      due.set(id, { at: now + ms, cb });
      return () => due.delete(id);
    },
  };
  const pass = (ms: number): void => {
    const end = now + ms;
    for (;;) {
      const first = [...due].filter(([, d]) => d.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!first) break;
      due.delete(first[0]);
      now = first[1].at;
      first[1].cb();
    }
    now = end;
  };
  return { env, written, titles, pass };
}

/** Stores and what the address asks of a session; the world behind them is not run here. */
function page() {
  const choices = createChoices({});
  const picture = createPicture();
  const asked: number[] = [];
  const another = () => ({ scenario: { kind: 'sample', id: 'six' } });
  let opened = another();
  let tell: (a: Anchors) => void = () => {};
  const session = {
    choices,
    picture,
    opened: () => opened,
    set: choices.setState,
    fingerprint: () => '0badcafe',
    askAnchors: () => asked.push(picture.getState().travel.at),
    onAnchors(cb: (a: Anchors) => void) {
      tell = cb;
      return () => {};
    },
    pause() {},
  } as unknown as Session;
  const go = (at: number, playing: boolean): void => {
    const { travel } = picture.getState();
    picture.setState({
      stage: stageWith(),
      status: { ...noStatus, playing },
      travel: { ...travel, at, end: Math.max(travel.end, at) },
      hash: playing ? '' : at.toString(16).padStart(16, '0'),
    });
  };
  const open = (): void => {
    opened = another();
  };
  return { session, asked, go, open, tell: (a: Anchors) => tell(a) };
}

const at = (hash: string): number => decodeMoment(fromHash(hash)!).moment.playhead.at;

describe('the address', () => {
  it('is written at most once a second while playing, and at last where the run stands', () => {
    const { env, written, pass } = browser();
    const { session, go } = page();
    keepAddress(session, env);
    for (let i = 1; i <= 300; i++) {
      go(i, true);
      pass(16);
    }
    const gaps = written.slice(1).map((w, i) => w.at - written[i]!.at);
    expect(gaps.length).toBeGreaterThan(2);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000);
    go(301, false);
    pass(2000);
    expect(at(written.at(-1)!.hash)).toBe(301);
  });

  it('takes in the places of the choices once the moment has stood for a while, if they are of this moment', () => {
    const { env, written, pass } = browser();
    const { session, asked, go, tell } = page();
    keepAddress(session, env);
    go(5, false);
    pass(100);
    go(6, false);
    pass(2000);
    expect(asked).toEqual([6]);
    const anchor = { kind: 'arrival', dgram: 3 } as const;
    tell({ line: 0, at: 5, undone: 0, departures: [], playhead: anchor });
    pass(10);
    expect(decodeMoment(fromHash(written.at(-1)!.hash)!).moment.playhead.anchor).toBeUndefined();
    tell({ line: 0, at: 6, undone: 0, departures: [], playhead: anchor });
    pass(10);
    expect(decodeMoment(fromHash(written.at(-1)!.hash)!).moment.playhead).toEqual({
      at: 6,
      undone: 0,
      anchor,
      hash: '0000000000000006',
    });
  });

  it('holds the name of a moment, and the document is called so, as long as that moment stands on the stage', () => {
    const { env, written, titles, pass } = browser();
    const { session, go } = page();
    keepAddress(session, env);
    go(5, false);
    pass(2000);
    callHere(session, 'Before the commit');
    pass(2000);
    const name = () => decodeMoment(fromHash(written.at(-1)!.hash)!).moment.name;
    expect([name(), titles]).toEqual(['Before the commit', ['Before the commit']]);
    go(6, false);
    pass(2000);
    expect([name(), titles.at(-1)]).toEqual([undefined, '']);
    go(5, false);
    pass(2000);
    expect([name(), titles.at(-1)]).toEqual(['Before the commit', 'Before the commit']);
    callHere(session, '');
    pass(2000);
    expect([name(), titles.at(-1)]).toEqual([undefined, '']);
  });

  it('gives a link’s moment its name once it stands there, and no other world’s', () => {
    const { env, titles } = browser();
    const { session, go, open } = page();
    const address = keepAddress(session, env);
    address.callAgain('Three wait');
    expect(titles).toEqual([]);
    go(5, false);
    expect(titles).toEqual(['Three wait']);
    address.callAgain('Of a world that was left');
    open();
    go(7, false);
    expect(titles).toEqual(['Three wait', '']);
  });

  it('is not written while something is being opened', () => {
    const { env, written, pass } = browser();
    const { session, go } = page();
    keepAddress(session, env);
    session.choices.setState({ loading: { name: 'x', progress: null } });
    go(9, false);
    pass(5000);
    expect(written).toEqual([]);
  });
});
