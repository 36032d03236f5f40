/** A poster that is dropped on the page is the moment that it shows. */
import { decodeMoment } from '../../link/index.ts';
import { momentIn } from '../../link/picture.ts';
import { openLink } from '../address/address.ts';
import type { Session } from '../session/session.ts';

/** Bytes of a picture that are looked at. */
const MOST = 4_000_000;
/** Opens the moment that a picture holds; false where it holds none. */
export async function openPicture(session: Session, file: File): Promise<boolean> {
  const moment = momentIn(new Uint8Array(await file.slice(0, MOST).arrayBuffer()));
  if (!moment) return false;
  await openLink(session, decodeMoment(moment));
  return true;
}
