/** Pictures and files out of the page. */

/** What a file is kept for after it was handed to the browser, ms. */
const KEPT = 60_000;

/** An SVG as a PNG, `scale` pixels for each of its units. Rejects where the browser does not draw it. */
export async function pngOf(
  svg: string,
  { width, height }: { width: number; height: number },
  scale: number,
): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image(width * scale, height * scale);
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * scale;
    canvas.height = height * scale;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
    if (!blob) throw new Error('The browser made no PNG of it.');
    return new Uint8Array(await blob.arrayBuffer());
  } finally {
    URL.revokeObjectURL(url);
  }
}

export function download(bytes: Uint8Array | string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

/** "5.2 KB" */
export const kilobytes = (n: number): string => `${(n / 1000).toFixed(1)} KB`;

export const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));
