/** Telling a capture from a key log by its first bytes; names are not trusted. */

/** So much of a file is looked at, bytes. */
const HEAD = 4096;

/** True when `text` begins like an NSS key log: comments, or a label and two hex words. */
export function looksLikeKeys(text: string): boolean {
  const lines = text.split(/\r\n|\r|\n/).filter((l) => l.trim() !== '');
  const first = lines.find((l) => !l.trimStart().startsWith('#'));
  if (first === undefined) return lines.length > 0;
  return /^\s*[A-Z][A-Z0-9_]+[ \t]+[0-9a-fA-F]{2,}[ \t]+[0-9a-fA-F]{2,}/.test(first);
}

export interface Sorted {
  capture: File | null;
  keys: File | null;
  /** Further ones. */
  left: File[];
}

/**
 * Of dropped files the first capture and the first key log. A file that is neither, or cannot be read, goes as a capture, to be refused
 * with its reason.
 */
export async function sortFiles(files: readonly File[]): Promise<Sorted> {
  const out: Sorted = { capture: null, keys: null, left: [] };
  for (const file of files) {
    const kind = (await isKeys(file)) ? 'keys' : 'capture';
    if (out[kind]) out.left.push(file);
    else out[kind] = file;
  }
  return out;
}

async function isKeys(file: File): Promise<boolean> {
  try {
    return looksLikeKeys(await headOf(new Uint8Array(await file.slice(0, HEAD).arrayBuffer())));
  } catch {
    // A folder, a file that is gone, a broken gzip: whoever opens it finds out and says it.
    return false;
  }
}

/** The beginning of a file as text: unpacked, and without what UTF-16 puts between the letters or in front of them. */
export async function headOf(bytes: Uint8Array): Promise<string> {
  const head = bytes[0] === 0x1f && bytes[1] === 0x8b ? await unpacked(bytes) : bytes;
  const text = new TextDecoder('latin1').decode(head.filter((byte) => byte !== 0).subarray(0, HEAD));
  return text.replace(/^(ÿþ|þÿ|ï»¿)/, '');
}

/** What the beginning of a gzip file holds; that it ends early is no fault. */
async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  const { Unpacking } = await import('../../capture/unpack.ts');
  let head = new Uint8Array(0);
  const unpacking = new Unpacking(bytes, (part) => {
    if (head.length === 0) head = part.slice(0, HEAD);
  });
  unpacking.step(bytes.length);
  return head;
}
