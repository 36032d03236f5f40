/** A poster as a PNG, drawn by a Chromium of this system; the moment stands in its metadata too. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chromiumArgs, findChromium } from '../../scripts/lib/chromium.mjs';
import { withMoment } from '../link/picture.ts';

const LIMIT_MS = 60_000;
/** What has been drawn once is not drawn again. */
const KEPT = join(tmpdir(), 'rebind-posters');

/** Null where no Chromium is found. `text`: a link's, goes into the file. Throws when it is there and draws nothing. */
export async function pngOf(
  svg: string,
  size: { width: number; height: number },
  text: string,
): Promise<Uint8Array | null> {
  const chromium = findChromium();
  if (!chromium) return null;
  const kept = join(KEPT, `${createHash('sha256').update(svg).update(text).digest('hex')}.png`);
  if (existsSync(kept)) return readFileSync(kept);
  const folder = mkdtempSync(join(tmpdir(), 'rebind-poster-'));
  try {
    const page = join(folder, 'poster.html');
    const out = join(folder, 'poster.png');
    writeFileSync(join(folder, 'poster.svg'), svg);
    writeFileSync(
      page,
      '<!doctype html><style>*{margin:0}img{display:block}</style><img src="poster.svg" style="color-scheme:light">',
    );
    await promisify(execFile)(
      chromium,
      [
        ...chromiumArgs(),
        '--headless',
        '--hide-scrollbars',
        '--force-device-scale-factor=2',
        `--window-size=${size.width},${size.height}`,
        `--user-data-dir=${join(folder, 'profile')}`,
        `--screenshot=${out}`,
        `file://${page}`,
      ],
      { timeout: LIMIT_MS },
    );
    const png = withMoment(readFileSync(out), text);
    mkdirSync(KEPT, { recursive: true });
    writeFileSync(kept, png);
    return png;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
