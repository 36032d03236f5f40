/** Names that the printer knows, and small questions about syntax. */
import { Unfit } from './fold.ts';
import { bare, type Node, walk } from './source.ts';

/** What a parameter or variable is: a number, or one of what there is once. */
export type Kind = 'int' | 'x' | 'm' | 'W' | 'cfg' | 'pool' | 'l' | 'at';

/** Fields of the executor that are variables of the module. */
export const FIELDS = new Set([
  't',
  'th',
  'fp',
  'woken',
  'resched',
  'fdFrom',
  'k0',
  'k1',
  'k2',
  'k3',
  'k4',
  'klen',
]);
/** Those that are words of the world’s table, and getters. */
export const ASKED = new Set([
  'global',
  'fdCount',
  'epWords',
  'ownSockets',
  'listener',
  'ret',
  'now',
  'atOnce',
  'anyFixedBit',
  'forceRetry',
  'frames',
]);
export const HEADER = new Set(['pnOff', 'scidOff', 'dcidOff', 'dcidLen', 'tokenOff', 'tokenLen', 'version']);
/** Accesses to a field: place and offset are one sum. */
export const ACCESS = new Set(['ld', 'st', 'rld', 'ast', 'cas', 'add', 'or', 'and', 'xchg', 'inc']);
export const POOLED = new Set(['alloc', 'free', 'isFree', 'isSlot']);
/** Functions over the parsed header, which the runtime has. */
export const OF_HEADER = new Set(['typeOf', 'spoken']);

export const COMPARE = new Set(['===', '!==', '<', '>', '<=', '>=']);

export const local = (name: string): string => `v_${name}`;

export function literal(v: unknown): string {
  if (typeof v === 'boolean') return v ? '1' : '0';
  if (typeof v !== 'number' || !Number.isInteger(v)) throw new Unfit(`no whole number: ${String(v)}`);
  return (v | 0) < 0 ? `(${v | 0})` : String(v | 0);
}

export const operatorOf = (o: string): string => (o === '===' ? '==' : o === '!==' ? '!=' : o);

/** `a >>> 0` as an operand of a comparison or a rest: 32 bits without a sign. */
export const isUnsigned = (n: Node): boolean =>
  n.type === 'BinaryExpression' &&
  n.operator === '>>>' &&
  bare(n.right).type === 'Literal' &&
  bare(n.right).value === 0;

export function isBoolean(node: Node): boolean {
  const n = bare(node);
  if (n.type === 'LogicalExpression') return isBoolean(n.left) && isBoolean(n.right);
  if (n.type === 'UnaryExpression') return n.operator === '!';
  if (n.type === 'BinaryExpression') return COMPARE.has(n.operator);
  return n.type === 'Literal' && typeof n.value === 'boolean';
}

/** What a parameter is, by its type; a step’s body has executor, locals and edges in this order. */
export function kindOf(id: Node, i: number, step: boolean): Kind {
  if (step) return (['x', 'l', 'at'] as const)[i]!;
  const type = id.typeAnnotation?.typeAnnotation as Node | undefined;
  const name = type?.type === 'TSTypeReference' ? String(type.typeName.name) : '';
  if (name === 'Exec' || (!type && i === 0 && (id.name === 'x' || id.name === '_x'))) return 'x';
  if (name === 'Mem') return 'm';
  if (name === 'World') return 'W';
  if (name === 'WorldConfig') return 'cfg';
  if (name === 'Pool') return 'pool';
  if (name === 'LocalsOf' || id.name === 'l') return 'l';
  if (id.name === 'at' && type?.type === 'TSTypeLiteral') return 'at';
  if (type?.type === 'TSTypeLiteral') return id.name === 'at' ? 'at' : 'l';
  if (name === 'Edges' || name === 'At') return 'at';
  return 'int';
}

/** Whether a function answers a value. */
export function answersOf(n: Node): boolean {
  const type = n.returnType?.typeAnnotation as Node | undefined;
  if (type) return type.type !== 'TSVoidKeyword' && type.type !== 'TSNeverKeyword';
  if (n.body.type !== 'BlockStatement') return true;
  let found = false;
  walk(n.body, (k) => {
    if (k.type === 'ReturnStatement' && k.argument) found = true;
  });
  return found;
}
