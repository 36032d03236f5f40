/** Telling a capture from a key log by its first bytes; names are not trusted. */

/** True when `text` begins like an NSS key log: comments, or a label and two hex words. */
export function looksLikeKeys(text: string): boolean {
  const lines = text.split(/\r?\n/).filter((l) => l.trim() !== '');
  const first = lines.find((l) => !l.startsWith('#'));
  if (first === undefined) return lines.length > 0;
  return /^[A-Z][A-Z0-9_]+ [0-9a-fA-F]{2,} [0-9a-fA-F]{2,}/.test(first);
}

export interface Sorted {
  capture: File | null;
  keys: File | null;
}

/** Of dropped files the first capture and the first key log. A single file that is neither goes as the capture, to be refused with its reason. */
export async function sortFiles(files: readonly File[]): Promise<Sorted> {
  const out: Sorted = { capture: null, keys: null };
  for (const file of files) {
    const head = await file.slice(0, 512).text();
    if (looksLikeKeys(head)) out.keys ??= file;
    else out.capture ??= file;
  }
  return out;
}
