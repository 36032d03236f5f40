/** One line of `show fd`, from its values. A value that is null is one that the model does not have: a dash stands for it. */
import { FD } from '../../haproxy/model/flags.ts';
import { LAYOUT, since, type Version } from './version.ts';

export interface ShownFd {
  fd: number;
  /** Bits of the fd's state, HAProxy's. */
  state: number;
  /** References on its group, and the group. */
  ref: number;
  gid: number;
  /** Masks of threads within the group. */
  threads: bigint;
  updates: bigint;
  polledRead: bigint;
  polledWrite: bigint;
  owner: string;
  gen: number | null;
  takeovers: number;
  /** The callback: its address and its name. */
  iocb: string;
  symbol: string;
  rest: ShownListener | ShownFdConn | null;
}

interface Where {
  family: 'ipv4' | 'ipv6' | 'unix';
  localPort: number | null;
  /** Name of the frontend. */
  frontend: string | null;
}

export interface ShownListener extends Where {
  kind: 'listener';
  /** Three letters: RDY, LIM, … */
  state: string;
}

export interface ShownFdConn extends Where {
  kind: 'connection';
  back: number;
  flags: number;
  error: number;
  remotePort: number | null;
  mux: string;
  muxContext: string;
  xprt: string;
  xprtContext: string | null;
}

const known = (v: string | number | null): string => (v === null ? '-' : String(v));
const mask = (m: bigint): string => `0x${m.toString(16)}`;

/** A letter as HAProxy writes a bit: upper case when it is set. */
const letter = (name: string, on: number): string => (on ? name.toUpperCase() : name);

/** The bits that the recorded outputs show set and cleared; the others stay as they are in all of them. */
function letters(s: number): string {
  return (
    `cl heop${letter('i', s & FD.POLL_IN)}` +
    ` W:s${letter('r', s & FD.READY_W)}${letter('a', s & FD.ACTIVE_W)}` +
    ` R:s${letter('r', s & FD.READY_R)}${letter('a', s & FD.ACTIVE_R)}`
  );
}

function rest(r: NonNullable<ShownFd['rest']>): string {
  const port = r.localPort === null ? '' : ` lport=${r.localPort}`;
  if (r.kind === 'listener') return ` l.st=${r.state} fe=${known(r.frontend)} fam=${r.family}${port}`;
  const remote = r.remotePort === null ? '' : ` rport=${r.remotePort}`;
  return (
    ` back=${r.back} cflg=0x${r.flags.toString(16).padStart(8, '0')} cerr=${r.error}` +
    ` fam=${r.family}${port}${remote} fe=${known(r.frontend)} mux=${r.mux} ctx=${r.muxContext}` +
    ` xprt=${r.xprt} xprt_ctx=${known(r.xprtContext)}`
  );
}

/** The line, ended. */
export function fdText(f: ShownFd, version: Version): string {
  const gen = since(version, LAYOUT.fdGen) ? ` gen=${known(f.gen)} tkov=${f.takeovers}` : '';
  return (
    `  ${String(f.fd).padStart(5)} : st=0x${f.state.toString(16).padStart(6, '0')}(${letters(f.state)})` +
    ` ref=${f.ref === 0 ? '0' : `0x${f.ref.toString(16)}`} gid=${f.gid} tmask=${mask(f.threads)}` +
    ` umask=${mask(f.updates)} prmsk=${mask(f.polledRead)} pwmsk=${mask(f.polledWrite)} owner=${f.owner}${gen}` +
    ` iocb=${f.iocb}(${f.symbol})${f.rest ? rest(f.rest) : ''}\n`
  );
}
