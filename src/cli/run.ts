import { keysMismatch, problemList } from '../capture/index.ts';
import { counted } from '../door/index.ts';
import { chooseRevision, FINALIZED, findRevision, REVISIONS } from '../haproxy/revisions.ts';
import type { Choice } from '../machine/choice.ts';
import { Machine, NS_PER_MS } from '../machine/machine.ts';
import { RuleChecker } from '../machine/rules/checker.ts';
import { setUp } from '../machine/setup.ts';
import { PlainMem } from '../memory/plain.ts';
import { changeNotes } from '../report/changes.ts';
import { RunLog, type RunReport, runReport } from '../report/run.ts';
import { Beginning } from '../scenario/beginning.ts';
import type { WorldData } from '../scenario/data.ts';
import { makeWorld } from '../scenario/make.ts';
import { argumentsOf } from './arguments.ts';
import { drive, possible, type RebindOrder, type Until } from './drive.ts';
import { followLink } from './follow.ts';
import { goOnFrom } from './image.ts';
import { guardedLater, loadCapture, portOf, refusedFile, serverOf, UnusableInput } from './input.ts';
import { CHANGE_OPTIONS, CHANGE_USAGE, type ProgramChange, programChange } from './program-options.ts';

const USAGE = `run --link LINK [FILE [--keys KEYS]] [--json], or run --image FILE [--rebind CONN:TID@MS]… [--until traffic|idle] [--json], or run FILE [--keys KEYS] [--threads N [--thread-groups 2]] [--revision R] ${CHANGE_USAGE} [--socket-owner listener|connection] [--withhold-post-handshake] [--accept CONN:TID]… [--rebind CONN:TID@MS]… [--until traffic|idle] [--server ADDR:PORT | --server-port PORT] [--replay-unread] [--json]`;

interface Arguments {
  file: string;
  keys: string | undefined;
  threads: number;
  groups: 1 | 2;
  revision: string;
  change: ProgramChange;
  socketOwner: 'listener' | 'connection';
  withhold: boolean;
  accepts: { conn: number; tid: number }[];
  rebinds: RebindOrder[];
  until: Until;
  server: string | undefined;
  serverPort: number | undefined;
  replayUnread: boolean;
  json: boolean;
}

/**
 * `run FILE …`: replays a capture's client through the threads, inline. Gives the exit code: 0, 1 when a rule that is on
 * broke or a BUG_ON stopped the run, 2 when the input cannot be used.
 */
export function run(argv: string[]): Promise<number> {
  return guardedLater('run', async () => {
    const { values, positionals } = parse(argv);
    if (values.image !== undefined) return goOn(values.image, argv);
    if (values.link !== undefined) return follow(values.link, positionals, values);
    const a = readArguments(argv);
    const { capture, keyLog } = loadCapture(a.file, a.keys);
    const { server, serverPort, replayUnread } = a;
    const b = new Beginning(a.file, capture, keyLog, { server, serverPort, replayUnread });
    while (!b.step(Number.MAX_SAFE_INTEGER));
    const { refusal } = b;
    if (refusal) throw refusedFile(a.file, refusal, capture.problems);
    const data = b.finish();
    const mismatch = keysMismatch(b.connections, keyLog);
    if (mismatch) console.error(`run: ${mismatch}`);
    possible([...a.accepts, ...a.rebinds], 'the capture', data.conns.length, a.threads);
    const report = replay(data, a, problemList([...capture.problems, ...b.findings]));
    if (a.json) process.stdout.write(`${JSON.stringify(report)}\n`);
    else print(report, data);
    return report.rulesBroken.length > 0 || report.aborted ? 1 : 0;
  });
}

/** `--image`: goes on from a frozen moment. 1 too when the choices in the file lead to another state than was saved. */
async function goOn(file: string, argv: string[]): Promise<number> {
  const { values, positionals } = parse(argv);
  const { image: _, rebind, until, json, ...others } = values;
  if (positionals.length > 0 || Object.keys(others).length > 0) throw new UnusableInput(`usage: ${USAGE}`);
  const { report, data } = await goOnFrom(file, (rebind ?? []).map(rebindOf), untilOf(until));
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else print(report, data);
  if (!json && report.same === false)
    process.stdout.write(`step ${report.at} was another state than was saved\n`);
  return report.rulesBroken.length > 0 || report.aborted || report.same === false ? 1 : 0;
}

/** `--link`: the figures at the moment that a link names. 1 too when its state is not the one that was copied. */
function follow(link: string, files: string[], { keys, json }: { keys?: string; json?: boolean }): number {
  if (files.length > 1) throw new UnusableInput(`usage: ${USAGE}`);
  const { report, data } = followLink(link, files[0], keys);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    print(report, data);
    process.stdout.write(
      `step ${report.at}${report.same === false ? ', another state than was copied' : ''}\n`,
    );
  }
  return report.rulesBroken.length > 0 || report.aborted || report.same === false ? 1 : 0;
}

function replay(data: WorldData, a: Arguments, problems: RunReport['problems']): RunReport {
  const made = makeWorld(
    data,
    {
      threads: a.threads,
      ...(a.groups === 2 ? { threadGroups: 2 as const } : {}),
      revision: a.revision,
      ...a.change,
      socketOwner: a.socketOwner,
      withholdPostHandshake: a.withhold,
    },
    1,
  );
  const m = new PlainMem(new Int32Array(made.W.layout.words));
  setUp(m, made.W, made.P);
  const log = new RunLog();
  const machine = new Machine(m, made.W, made.P, log);
  machine.boot();
  for (const c of a.accepts) apply(machine, { kind: 'accept-target', conn: c.conn, tid: c.tid });
  const checker = new RuleChecker(machine, made.revision);
  drive(machine, log, checker, a.rebinds, a.until);
  return runReport(machine, log, checker.broken, [...changeNotes(a.change, made.P), ...data.notes], problems);
}

const apply = (machine: Machine, choice: Choice): string => machine.apply(choice);

function print(r: RunReport, data: WorldData): void {
  const say = (line: string): boolean => process.stdout.write(`${line}\n`);
  const d = r.datagrams;
  for (const n of r.notes) say(`note: ${n}`);
  for (const { text } of r.problems) if (!r.notes.includes(text)) say(`! ${text}`);
  const drops = Object.entries(d.dropped).map(([k, v]) => `${v} ${k}`);
  say(
    `${counted(d.received, 'datagram')} received, ${d.handled} handled, ${drops.length ? `dropped: ${drops.join(', ')}` : '0 dropped'}, ${d.queued} queued`,
  );
  const packets = Object.entries(r.packetsDropped).map(([k, v]) => `${v} ${k}`);
  if (packets.length) say(`packets dropped: ${packets.join(', ')}`);
  say(
    `${counted(r.redispatches, 'redispatch', 'redispatches')}${r.leakedPackets ? `, ${counted(r.leakedPackets, 'rx packet')} leaked (M11)` : ''}`,
  );
  for (const b of r.rebinds)
    say(
      `${b.ms.toFixed(3).padStart(12)} ms  connection ${b.conn}  T${b.from} -> T${b.to}  ${b.trigger}  ${b.result}`,
    );
  for (const t of r.threads)
    say(`T${t.tid}  handled ${t.handled}  redispatched ${t.redispatched}  owns ${t.connections}`);
  for (const c of r.connections)
    say(`connection ${c.conn}  ${c.scid}  T${c.owner}  ${counted(c.datagrams, 'datagram')}`);
  for (const b of r.rulesBroken) say(`${b.rule} broken at ${b.ms.toFixed(3)} ms: ${b.text}`);
  if (r.fatal) say(r.fatal);
  say(`hash ${r.hash} (${counted(data.conns.length, 'connection')})`);
}

function readArguments(argv: string[]): Arguments {
  const { values, positionals } = parse(argv);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UnusableInput(`usage: ${USAGE}`);
  const revision = values.revision ?? FINALIZED.id;
  if (!findRevision(revision)) {
    throw new UnusableInput(
      `There is no revision "${revision}"; there are: ${REVISIONS.map((r) => `"${r.id}"`).join(', ')}.`,
    );
  }
  const change = programChange(values);
  const chosen = chooseRevision({ revision, ...change });
  if (typeof chosen === 'string') throw new UnusableInput(`${chosen}.`);
  const owner = values['socket-owner'] ?? 'connection';
  if (owner !== 'listener' && owner !== 'connection')
    throw new UnusableInput(`--socket-owner is listener or connection, not ${owner}`);
  const threads = values.threads === undefined ? 4 : number('--threads', values.threads, 1, 64);
  const groups = number('--thread-groups', values['thread-groups'] ?? '1', 1, 2);
  if (groups === 2 && (threads < 2 || threads > 32))
    throw new UnusableInput(`two thread groups have 2 to 32 threads together, not ${threads}`);
  return {
    file,
    keys: values.keys,
    threads,
    groups: groups === 2 ? 2 : 1,
    revision,
    change,
    socketOwner: owner,
    withhold: values['withhold-post-handshake'] ?? false,
    accepts: (values.accept ?? []).map(acceptOf),
    rebinds: (values.rebind ?? []).map(rebindOf),
    until: untilOf(values.until),
    server: serverOf(values.server, values['server-port']),
    serverPort: portOf(values['server-port']),
    replayUnread: values['replay-unread'] ?? false,
    json: values.json ?? false,
  };
}

function untilOf(until = 'traffic'): Until {
  if (until === 'traffic' || until === 'idle') return until;
  throw new UnusableInput(`--until is traffic or idle, not ${until}`);
}

function number(name: string, text: string, min: number, max: number): number {
  const n = Number(text);
  if (!/^\d+$/.test(text) || n < min || n > max)
    throw new UnusableInput(`${name} is a number from ${min} to ${max}, not ${text}`);
  return n;
}

function acceptOf(text: string): { conn: number; tid: number } {
  const m = /^(\d+):(\d+)$/.exec(text);
  if (!m) throw new UnusableInput(`--accept takes CONN:TID, both from 0, not ${text}`);
  return { conn: Number(m[1]), tid: Number(m[2]) };
}

function rebindOf(text: string): RebindOrder {
  const m = /^(\d+):(\d+)@(\d+(?:\.\d+)?)$/.exec(text);
  if (!m)
    throw new UnusableInput(
      `--rebind takes CONN:TID@MS, both numbers from 0 and virtual milliseconds, not ${text}`,
    );
  return { conn: Number(m[1]), tid: Number(m[2]), ns: Math.round(Number(m[3]) * NS_PER_MS) };
}

const parse = (argv: string[]) =>
  argumentsOf(argv, USAGE, {
    keys: { type: 'string' },
    link: { type: 'string' },
    image: { type: 'string' },
    threads: { type: 'string' },
    'thread-groups': { type: 'string' },
    revision: { type: 'string' },
    ...CHANGE_OPTIONS,
    'socket-owner': { type: 'string' },
    'withhold-post-handshake': { type: 'boolean' },
    accept: { type: 'string', multiple: true },
    rebind: { type: 'string', multiple: true },
    until: { type: 'string' },
    server: { type: 'string' },
    'server-port': { type: 'string' },
    'replay-unread': { type: 'boolean' },
    json: { type: 'boolean' },
  });
