import { useLiveState } from './context.tsx';
import { coresWords, manyCores, manyWords, REAL_CORES } from './cores.ts';
import { memoryWords } from './status.ts';

/** What a run of this size takes here, and what the same would come to on a large machine. */
export function Scale() {
  const memory = useLiveState((s) => s.status?.memory);
  const work = useLiveState((s) => s.facts?.work);
  if (!memory) return null;
  const many = work ? manyCores(work) : null;
  return (
    <section aria-label="Size">
      <h2>Memory and cores</h2>
      <p data-testid="live-memory">{memoryWords(memory)}. What each worker’s script takes is not in it.</p>
      {work && many && (
        <>
          <p data-testid="live-cores">{coresWords(work, many)}</p>
          <p data-testid="live-many">
            <b>{REAL_CORES} cores, calculated:</b> {manyWords(many)}
          </p>
        </>
      )}
    </section>
  );
}
