/** Heads of older formats as of the present one: an upgrader for each, loaded when it is needed. */
import { FILE_FORMAT } from './format.ts';

/** The head of a file of `format`, 1 to FILE_FORMAT, as one of FILE_FORMAT. Throws FileProblem. */
export async function upgraded(
  format: number,
  head: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  if (format === FILE_FORMAT) return head;
  const { fromFormat1 } = await import('./format-1.ts');
  return fromFormat1(head);
}
