/** What the page opens by itself: what its address asks for, else the first story once, else the first moment. */
import type { Session } from '../session/session.ts';
import { loadSeen } from '../story/seen.ts';

export type First =
  /** A capture without a story; the first where `id` is ''. */
  | { kind: 'sample'; id: string }
  /** `beat` from 0. */
  | { kind: 'story'; name: string; beat: number; presenting: boolean };

export const FIRST_STORY = 'first';

/** What a query asks for. `?plain` and `?sample=` never tell a story; `?present` alone presents the first. */
export function placeIn(query: string, embed: boolean): First {
  const q = new URLSearchParams(query);
  const presenting = q.has('present');
  const name = q.get('story') ?? (presenting ? FIRST_STORY : '');
  if (embed || q.has('plain') || q.has('sample')) return { kind: 'sample', id: q.get('sample') ?? '' };
  if (name) {
    const beat = Number(q.get('beat') ?? 1);
    return { kind: 'story', name, beat: Number.isInteger(beat) && beat > 0 ? beat - 1 : 0, presenting };
  }
  if (loadSeen()[FIRST_STORY] !== undefined) return { kind: 'sample', id: '' };
  return { kind: 'story', name: FIRST_STORY, beat: 0, presenting: false };
}

/** Opens it; what cannot be had gives way to the first capture, and that is said. The page is drawn once `drawable` is. */
export async function openFirst(session: Session, first: First, drawable?: Promise<unknown>): Promise<void> {
  await openOr(session, first);
  await drawable;
  session.set({ opening: false });
}

async function openOr(session: Session, first: First): Promise<void> {
  const sample = { kind: 'sample', id: session.backend.samples[0]!.id } as const;
  const presenting = first.kind === 'story' && first.presenting;
  session.set({ presenting });
  const asked =
    first.kind === 'story'
      ? { kind: first.kind, name: first.name, beat: first.beat }
      : first.id
        ? { kind: first.kind, id: first.id }
        : sample;
  if (await session.open(asked, null)) return;
  const { notice } = session.choices.getState();
  session.set({ presenting: false });
  if (session.opened() || !notice) return;
  await session.open(sample, null);
  session.set({ notice });
}
