/** A moment to text. */
import { keptAs } from '../haproxy/kept.ts';
import type { Anchor } from '../machine/anchor.ts';
import { happens } from '../machine/choice.ts';
import { toBase64 } from './base64.ts';
import { check, Writer } from './bytes.ts';
import { codeOf, writeOperands } from './choices.ts';
import { BOUNDS, FORMAT, SECTION } from './format.ts';
import { type LinkScenario, type Moment, plainMoment } from './moment.ts';
import { cutTo, writeTrace } from './trace.ts';

/** The moment as a text of URL characters. Positions are whole numbers in order; captures are named, not contained. */
export function encodeMoment(m: Moment): string {
  const w = new Writer();
  const section = (id: number, body: Writer): void => {
    const b = body.done();
    if (b.length > 0) w.byte(id).num(b.length).bytes(b);
  };
  const strings = new Strings();
  const schedule = scheduleOf(m, strings);
  const time = timeOf(m, strings);
  if (m.scenario) section(SECTION.scenario, scenarioOf(m.scenario));
  section(SECTION.options, optionsOf(m));
  if (/^[0-9a-f]{8}$/.test(m.fingerprint))
    section(SECTION.program, new Writer().bytes(hexBytes(m.fingerprint)));
  section(SECTION.strings, strings.writer());
  section(SECTION.schedule, schedule);
  section(SECTION.time, time);
  section(SECTION.view, viewOf(m));
  if (m.view.trace) section(SECTION.trace, writeTrace(m.view.trace));
  if (m.view.find) section(SECTION.find, new Writer().text(cutTo(m.view.find)));
  const name = cutTo((m.name ?? '').trim());
  if (name) section(SECTION.name, new Writer().text(name));
  const body = w.done();
  const sum = check(body);
  return (
    FORMAT +
    toBase64(
      new Writer()
        .bytes(body)
        .byte(sum >> 8)
        .byte(sum)
        .done(),
    )
  );
}

/** Steps are named once, and by number after that. */
class Strings {
  private readonly of = new Map<string, number>();

  number(proc: string, label: string): number {
    const key = `${proc}\n${label}`;
    const known = this.of.get(key);
    if (known !== undefined) return known;
    this.of.set(key, this.of.size);
    return this.of.size - 1;
  }

  writer(): Writer {
    const w = new Writer();
    for (const key of this.of.keys()) {
      const [proc, label] = key.split('\n');
      w.text(proc!).text(label!);
    }
    return w;
  }
}

function scenarioOf(s: LinkScenario): Writer {
  const w = new Writer();
  switch (s.kind) {
    case 'sample':
      return w.byte(1).text(s.id);
    case 'world': {
      w.byte(2)
        .text(s.world)
        .byte(s.fixed ? 1 : 0);
      BOUNDS.forEach((name, i) => {
        const v = s.bounds[name];
        if (v !== undefined) w.byte(i).num(v);
      });
      return w;
    }
    case 'capture':
      w.byte(3)
        .bytes(hexBytes(s.sha256))
        .byte(s.withKeys ? 1 : 0)
        .text(s.name.slice(0, 60));
      return s.server ? w.text(s.server) : w;
  }
}

function optionsOf({ options: o }: Moment): Writer {
  const w = new Writer();
  w.num(o.threads).text(keptAs(o.revision));
  w.byte(
    (o.socketOwner === 'connection' ? 1 : 0) |
      (o.withholdPostHandshake ? 2 : 0) |
      (o.rejects ? 4 : 0) |
      (o.muxStays ? 8 : 0) |
      (o.earlyData ? 16 : 0) |
      (o.ownFdTables ? 32 : 0) |
      ((o.maxconn ?? 0) << 6),
  );
  for (const list of [o.without ?? [], o.mutations ?? []]) {
    w.num(list.length);
    for (const id of list) w.text(id);
  }
  w.num(o.ringSize ?? 0).num(o.maxPollEvents ?? 0);
  const ideas = o.ideas ?? [];
  const depth = o.runqueueDepth ?? 0;
  const records = o.inboxRecords ?? 0;
  const groups = o.threadGroups ?? 0;
  // What is not said ends the section: behind it nothing may stand.
  const numbers = [records, groups, depth];
  while (numbers.at(-1) === 0) numbers.pop();
  if (ideas.length === 0 && numbers.length === 0) return w;
  w.num(ideas.length);
  for (const words of ideas) w.text(words);
  for (const n of numbers) w.num(n);
  return w;
}

function scheduleOf(m: Moment, strings: Strings): Writer {
  const w = new Writer();
  let before = 0;
  for (const d of m.departures) {
    w.byte(codeOf(d.choice) | (d.anchor ? 0x40 : 0)).num(d.at - before);
    writeOperands(w, d.choice);
    if (d.anchor) anchorTo(w, d.anchor, strings);
    before = d.at + (happens(d.choice) ? 1 : 0);
  }
  return w;
}

function timeOf(m: Moment, strings: Strings): Writer {
  const { at, undone, anchor, hash } = m.playhead;
  const hashed = hash !== undefined && /^[0-9a-f]{16}$/.test(hash);
  const w = new Writer();
  if (m.end === 0 && at === 0 && undone === 0 && !anchor && !hashed) return w;
  w.num(m.end).num(at).num(undone);
  w.byte((anchor ? 1 : 0) | (hashed ? 2 : 0));
  if (hashed) w.bytes(hexBytes(hash));
  if (anchor) anchorTo(w, anchor, strings);
  return w;
}

function anchorTo(w: Writer, a: Anchor, strings: Strings): void {
  if (a.kind === 'arrival') w.num(a.dgram * 2 + 1);
  else
    w.num(strings.number(a.proc, a.label) * 2)
      .num(a.tid)
      .num(a.nth);
}

function viewOf({ view }: Moment): Writer {
  const w = new Writer();
  const plain = plainMoment().view;
  if (Object.entries(plain).every(([k, v]) => view[k as keyof typeof plain] === v)) return w;
  return w
    .num(view.selected + 1)
    .text(view.panel)
    .text(view.tab)
    .byte(view.mode === 'live' ? 1 : 0);
}

function hexBytes(hex: string): Uint8Array {
  const out = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < out.length; i++) out[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return out;
}
