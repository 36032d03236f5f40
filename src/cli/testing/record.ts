/**
 * Writes museum.json, found-links.json and hashes.json of testdata/recorded anew: `npx tsx src/cli/testing/record.ts museum|hashes`. Only for a
 * change that is to change behaviour; the reason belongs into testdata/recorded/README.md.
 */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTATIONS } from '../../haproxy/revisions.ts';
import { retrace } from '../../hosts/explorer/retrace.ts';
import { Shard } from '../../hosts/explorer/shard.ts';
import { linkOfFound } from '../../link/found.ts';
import { MUSEUM, museumRun } from '../../scenario/museum/index.ts';
import { CAPTURES, programs, recordRun, SOCKETS } from '../../scenario/testing/recorded.ts';
import { dataOf } from '../../scenario/testing/worlds.ts';

const folder = join(import.meta.dirname, '../../../testdata/recorded');

const links: object[] = [];

function search(world: string, fixed: boolean): object {
  const { explorable } = museumRun({ world, fixed });
  const shard = new Shard(explorable, { me: 0, of: 1, memory: 2 ** 31, reduction: false }, () => {
    throw new Error('one shard has nobody to send to');
  });
  shard.level();
  while (shard.open > 0 && !shard.find) {
    while (shard.expand(1 << 16));
    shard.level();
  }
  const { find, visited, transitions, depth, facts } = shard;
  const met = { world, fixed, states: visited.count, transitions, depth, facts: [...facts] };
  if (!find) return { ...met, verdict: 'safe' };
  const codes = find.code < 0 ? [] : [find.code];
  for (let id = find.state; id >= 0 && visited.parent(id) >= 0; id = visited.parent(id))
    codes.unshift(visited.code(id));
  const { broken, inState } = find;
  const run = retrace(() => museumRun({ world, fixed }).explorable, {
    codes,
    reduction: false,
    broken,
    inState,
  });
  links.push({ world, broken, length: codes.length, link: linkOfFound({ world, fixed }, run.choices) });
  const steps = run.rows.map((r) => `${r.thread} ${r.procedure} ${r.step}`);
  return { ...met, verdict: 'violation', broken, codes, steps };
}

function museum(): void {
  const rows: string[] = [];
  for (const { id } of MUSEUM)
    for (const fixed of [false, true]) {
      const began = performance.now();
      const row = search(id, fixed);
      rows.push(JSON.stringify(row));
      const { states, verdict, broken } = row as {
        states: number;
        verdict: string;
        broken?: { text: string };
      };
      const ms = Math.round(performance.now() - began);
      process.stderr.write(
        `${id} ${fixed ? 'after' : 'before'}: ${states} ${verdict} ${broken?.text ?? ''} ${ms} ms\n`,
      );
    }
  const found = links.map((l) => JSON.stringify(l)).join(',\n');
  writeFileSync(join(folder, 'found-links.json'), `[\n${found}\n]\n`);
  writeFileSync(join(folder, 'museum.json'), `[\n${rows.join(',\n')}\n]\n`);
}

function hashes(): void {
  const rows: string[] = [];
  for (const capture of CAPTURES) {
    const data = dataOf(capture);
    for (const socketOwner of SOCKETS)
      for (const p of programs(MUTATIONS.map((m) => m.id))) {
        const key = [capture, socketOwner, p.revision, ...(p.mutations ?? [])].join(' ');
        const { end, crash, hashes: list } = recordRun(data, { ...p, socketOwner });
        const digest = createHash('sha256').update(list.join('\n')).digest('hex').slice(0, 16);
        rows.push(`${JSON.stringify(key)}: ${JSON.stringify([end, crash, digest])}`);
      }
    process.stderr.write(`${capture}\n`);
  }
  writeFileSync(join(folder, 'hashes.json'), `{\n${rows.join(',\n')}\n}\n`);
}

if (process.argv.includes('museum')) museum();
if (process.argv.includes('hashes')) hashes();
