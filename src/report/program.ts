/** The Program tab: the very steps of the compiled revision, and where each thread stands in them. */
import { QuicConn } from '../haproxy/model/layouts.ts';
import { type CompiledStep, hasRole } from '../haproxy/step/compile.ts';
import type { ProcRole } from '../haproxy/step/roles.ts';
import { isPrepared } from './conns.ts';
import type { FrameView, Look } from './look.ts';
import type { Move, Moves } from './moves.ts';
import type { WorldReader } from './reader.ts';
import type { ProgramSection, ProgramStep } from './view.ts';

/** Sections for connection `conn` (capture index) at the moment of `block`. */
export const programAt = (
  reader: Pick<WorldReader, 'at' | 'moves'>,
  block: Int32Array,
  conn: number,
): ProgramSection[] => readProgram(reader.at(block), reader.moves, conn);

/**
 * Sections for the connection of number `index` on screen: its rebind, its commit and reset and its completion where the
 * revision has them, the redispatch.
 */
function readProgram(look: Look, moves: Moves, index: number): ProgramSection[] {
  const qc = look.conns().find((p) => look.index(p) === index) ?? 0;
  const letter = qc ? look.name(qc).letter : '';
  const last = moves.attempt(index);
  const move = last?.outcome === 'open' ? undefined : moves.lastOf(index);
  const split = look.P.traits.commits;
  const prepared = split && qc !== 0 && isPrepared(look, qc);
  const returned = last?.outcome === 'taken back';
  const from = last?.from ?? move?.from ?? (prepared ? look.ld(qc + QuicConn.rebindFrom) : -1);
  const title = letter ? `Rebind ${letter}` : 'Rebind';
  const done = move || prepared || returned ? 'done' : 'todo';
  const rebind = [section(look, 'rebind', title, qc, done, from)];
  if (split) {
    const back = returned || (prepared && takenBack(look, qc));
    const [commit, reset] = outcome(move !== undefined && !returned, back);
    const stays = back ? from : -1;
    rebind.push(section(look, 'commit', 'Commit it', qc, commit, back ? -1 : (move?.from ?? -1)));
    rebind.push(section(look, 'reset', 'Or take it back: the ring is full', qc, reset, stays));
  }
  if (!look.P.traits.finalizes) return [...rebind, redispatch(look)];
  const finished = returned ? undefined : move;
  const finish = section(look, 'finalize', 'Finish the move', qc, finalState(finished), finished?.to ?? -1);
  return [...rebind, finish, redispatch(look)];
}

const finalState = (m: Move | undefined): 'done' | 'todo' =>
  m && m.finalized !== Number.POSITIVE_INFINITY ? 'done' : 'todo';

type Outcome = 'done' | 'todo' | 'skipped';

/** Of commit and reset one is run and the other is not. */
function outcome(moved: boolean, back: boolean): readonly [Outcome, Outcome] {
  if (moved) return ['done', 'skipped'];
  return back ? ['skipped', 'done'] : ['todo', 'todo'];
}

/** The ring was full and the rebind has been taken back: listener_accept goes on to accept the connection itself. */
function takenBack(look: Look, qc: number): boolean {
  for (let t = 0; t < look.W.cfg.threads; t++) {
    const frames = look.frames(t);
    const i = frames.findIndex((f) => f.proc.roles.has('accept') && f.local('qc') === qc);
    if (i === 0) return hasRole(frames[0]!.step, 'localAccept');
    if (i > 0) return frames[i - 1]!.proc.roles.has('session');
  }
  return false;
}

/** Thread and frame that runs the procedure of that role for this connection now. */
function running(
  look: Look,
  role: ProcRole,
  qc: number,
): { tid: number; frame: FrameView; above: FrameView | undefined } | null {
  for (let t = 0; t < look.W.cfg.threads; t++) {
    const frames = look.frames(t);
    const i = frames.findIndex((f) => f.proc.roles.has(role));
    const frame = frames[i];
    if (!frame) continue;
    const mine = frame.local('qc');
    // After the commit the old thread has forgotten the connection; what called it still knows which it was.
    const left = mine === 0 && frames[i + 1]?.local('qc') === qc;
    if (mine === qc || left) return { tid: t, frame, above: frames[i - 1] };
  }
  return null;
}

function section(
  look: Look,
  role: ProcRole,
  title: string,
  qc: number,
  otherwise: Outcome,
  ranOn: number,
): ProgramSection {
  const at = qc ? running(look, role, qc) : null;
  const steps: ProgramStep[] = [];
  const here = at ? (at.above ? at.frame.pc - 1 : at.frame.pc) : -1;
  let fn = '';
  for (const s of look.P.steps) {
    if (!s.proc.roles.has(role)) continue;
    fn = s.proc.name;
    steps.push(
      row(
        s,
        stateOf(s, at !== null, here, at?.above !== undefined, otherwise),
        at && s.pc === here ? at.tid : -1,
      ),
    );
    const sub = s.def.inset?.().key;
    if (sub)
      steps.push(
        ...subSteps(
          look,
          sub,
          s.label,
          at && s.pc === here ? (at.above ?? null) : null,
          at?.tid ?? -1,
          steps.at(-1)!.state,
        ),
      );
  }
  return { title, fn, ranOn: at?.tid ?? ranOn, steps };
}

function stateOf(
  s: CompiledStep,
  active: boolean,
  here: number,
  above: boolean,
  otherwise: Outcome,
): ProgramStep['state'] {
  const error = hasRole(s, 'errorPath');
  if (!active) return error ? 'skipped' : otherwise;
  if (s.pc === here) return above ? 'running' : 'next';
  if (s.pc > here) return error ? 'skipped' : 'todo';
  return 'done';
}

function subSteps(
  look: Look,
  key: string,
  parent: string,
  frame: FrameView | null,
  tid: number,
  state: ProgramStep['state'],
): ProgramStep[] {
  return look.P.steps
    .filter((s) => s.proc.key === key)
    .map((s) => {
      const label = s.label.startsWith('.') ? parent + s.label : s.label;
      const inside = frame?.proc.key === key;
      let st: ProgramStep['state'] = state === 'running' || state === 'next' ? 'todo' : state;
      if (inside) st = s.pc < frame.pc ? 'done' : s.pc === frame.pc ? 'next' : 'todo';
      return { ...row(s, st, inside && s.pc === frame.pc ? tid : -1), label };
    });
}

function row(s: CompiledStep, state: ProgramStep['state'], tid: number): ProgramStep {
  return { label: s.label, ref: s.ref, text: s.text, state, commit: hasRole(s, 'commit'), tid };
}

function redispatch(look: Look): ProgramSection {
  let at: { tid: number; frame: FrameView; above: boolean } | null = null;
  for (let t = 0; t < look.W.cfg.threads && !at; t++) {
    const frames = look.frames(t);
    const i = frames.findIndex((f) => hasRole(f.step, 'redispatch'));
    if (i >= 0) at = { tid: t, frame: frames[i]!, above: i > 0 };
  }
  const here = at ? (at.above ? at.frame.pc - 1 : at.frame.pc) : -1;
  const passing = look.P.steps.filter((s) => hasRole(s, 'redispatch'));
  const steps = passing.map((s) =>
    row(s, stateOf(s, at !== null, here, at?.above ?? false, 'todo'), at && s.pc === here ? at.tid : -1),
  );
  return {
    title: 'Redispatch, once per datagram',
    fn: passing[0]?.proc.name ?? '',
    ranOn: at?.tid ?? -1,
    steps,
  };
}
