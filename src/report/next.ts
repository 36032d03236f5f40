/** What Step will do, and what stopped the run. */
import { lastOf } from '../haproxy/line.ts';
import { BUGS, bugPlace, fatalText } from '../haproxy/model/bugs.ts';
import { Global } from '../haproxy/model/layouts.ts';
import type { Pick } from '../machine/machine.ts';
import { type Look, nameOf } from './look.ts';
import { sleepsFor } from './threads.ts';
import type { NextView, StageView } from './view.ts';

/** The clock's next choice in words: "T2, A: leave this thread’s connection list". */
export function nextOf(look: Look, p: Pick | null): NextView {
  if (!p) {
    const text = look.machine.stopped
      ? 'nothing: the run has stopped'
      : 'nothing: all is handled and no timer runs';
    return { kind: 'none', tid: -1, text: anyHeld(look) ? 'nothing: every thread with work is held' : text };
  }
  if (p.kind === 'deliver') {
    const c = look.W.consts.datagrams.conn[p.dgram]!;
    const of = c >= 0 ? ` of ${nameOf(c).letter}` : '';
    return { kind: 'deliver', tid: -1, text: `datagram ${look.no(p.dgram)}${of} arrives` };
  }
  const T = `T${p.tid}`;
  if (p.kind === 'expire')
    return { kind: 'expire', tid: p.tid, text: `${T} wakes for ${sleepsFor(look, p.tid)}` };
  const { text } = look.machine.at(p.tid);
  const subject = subjectOf(look, p.tid);
  return {
    kind: 'step',
    tid: p.tid,
    text: subject ? `${T}, ${subject}: ${lower(text)}` : `${T}: ${lower(text)}`,
  };
}

function anyHeld(look: Look): boolean {
  if (look.machine.stopped) return false;
  for (let t = 0; t < look.W.cfg.threads; t++)
    if (look.machine.held(t) && look.machine.enabled(t)) return true;
  return false;
}

/** What the thread has in hand: the connection of its innermost frame that names one, else the datagram. */
function subjectOf(look: Look, t: number): string {
  for (const f of look.frames(t)) {
    const name = look.nameAt(f.local('qc'));
    if (name) return name.letter;
  }
  const d = look.handOf(t);
  return d >= 0 ? `datagram ${look.no(d)}` : '';
}

/** A sentence's beginning as it stands after a colon; names and abbreviations keep their capitals. */
const lower = (text: string): string =>
  /^[A-Z][a-z’ ]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;

/** What stopped the run, an assertion in HAProxy's words; null while all is well. */
export function fatalOf(look: Look): StageView['fatal'] {
  const { W, P } = look;
  const bug = look.ld(W.global + Global.bug);
  if (!bug) return null;
  const b = BUGS[bug - 1]!;
  const where = bugPlace(b, lastOf(P.fixes));
  const tid = look.ld(W.global + Global.bugTid);
  return {
    text: fatalText(b, tid, where),
    where,
    kind: b.kind,
    tid,
    fn: P.steps[look.ld(W.global + Global.bugPc)]?.proc.name ?? '',
  };
}
