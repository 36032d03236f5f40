/** A word of the block by name and value, as a person reads it: the object, the field, what it held and what it holds. */
import { QuicCid } from '../haproxy/model/layouts.ts';
import { NUMBERS, type PlacedField } from '../memory/struct.ts';
import { type Look, pointer } from './look.ts';
import type { ConnName } from './view.ts';

export interface ChangedWord {
  /** "quic_conn", "thread_ctx", or the name of bare words. */
  object: string;
  /** Which of them: "T2", "A", or its number. */
  which: string;
  conn: ConnName | null;
  field: string;
  old: string;
  now: string;
  /** It is the thread that owns a connection: the store that decides. */
  owner: boolean;
}

/** `index` of the block that `look` looks at. */
export function changedWord(look: Look, index: number, old: number, now: number): ChangedWord {
  const r = look.W.layout.regions.find((g) => index >= g.base && index < g.base + g.words);
  if (!r)
    return {
      object: 'word',
      which: String(index),
      conn: null,
      field: '',
      ...values(null, old, now, look),
      owner: false,
    };
  const i = Math.floor((index - r.base) / r.stride);
  if (!r.struct) {
    const which = r.rows ? `T${Math.floor((index - r.base) / (r.words / r.rows))}` : String(index - r.base);
    return { object: r.name, which, conn: null, field: '', ...values(null, old, now, look), owner: false };
  }
  const at = r.base + i * r.stride;
  const { field, name } = fieldAt(r.struct.$fields, index - at);
  const conn = connectionOf(look, r.struct.$name, at);
  return {
    object: r.struct.$name,
    which: r.n === look.W.cfg.threads ? `T${i}` : (conn?.letter ?? (r.n > 1 ? `#${i}` : '')),
    conn,
    field: name,
    ...values(field, old, now, look, name),
    owner: r.struct.$name === 'quic_connection_id' && name === 'tid',
  };
}

/** The field at an offset, with the name of what is embedded in it. */
function fieldAt(
  fields: readonly PlacedField[],
  offset: number,
): { field: PlacedField | null; name: string } {
  const f = fields.find((g) => offset >= g.offset && offset < g.offset + g.words);
  if (!f) return { field: null, name: `+${offset}` };
  const rest = offset - f.offset;
  if (f.struct) {
    const inner = fieldAt(f.struct.$fields, rest);
    return { field: inner.field, name: `${f.name}.${inner.name}` };
  }
  if (f.kind === 'list' || f.kind === 'mtlist')
    return { field: f, name: `${f.name}.${rest === 0 ? 'next' : 'prev'}` };
  return { field: f, name: f.words > 1 ? `${f.name}[${rest}]` : f.name };
}

function connectionOf(look: Look, struct: string, at: number): ConnName | null {
  if (struct === 'quic_conn') return look.nameAt(at);
  if (struct !== 'quic_connection_id') return null;
  const qc = look.ld(at + QuicCid.qc);
  return look.nameAt(qc) ?? null;
}

function values(
  field: PlacedField | null,
  old: number,
  now: number,
  look: Look,
  name = '',
): Pick<ChangedWord, 'old' | 'now'> {
  const text = (v: number): string => {
    if (/flags|mask|state$/i.test(name)) return `0x${(v >>> 0).toString(16)}`;
    if (field?.leads === 'place')
      return look.P.steps[v] && v > 0 ? `${look.P.steps[v].proc.name} ${look.P.steps[v].label}` : String(v);
    if (field?.leads === 'procedure') return look.P.procedures[v]?.name ?? String(v);
    const points =
      field?.of !== undefined || field?.kind === 'list' || field?.kind === 'mtlist' || field?.leads === 'any';
    if (points && v > NUMBERS) return objectAt(look, v);
    return points && v === 0 ? 'NULL' : String(v);
  };
  return { old: text(old), now: text(now) };
}

/** What a pointer leads to: the object by name where it is a connection, else its address. */
function objectAt(look: Look, p: number): string {
  const name = look.nameAt(p);
  return name ? `quic_conn of ${name.letter}` : pointer(p);
}
