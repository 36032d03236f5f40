import { useChoice, useSession } from '../session/context.tsx';
import { isChanged } from './changes.ts';
import { NAMES } from './procedures.ts';

const GROUPS = [
  ['HAProxy’s', NAMES.filter((n) => n.haproxys)],
  ['Ours', NAMES.filter((n) => !n.haproxys)],
] as const;

/** Which procedure the Program tab shows, by any name that it ever had, and which revision it is compared with. */
export function Choosers() {
  const session = useSession();
  const chosen = useChoice((c) => c.procedure);
  return (
    <div className={`choosers ${chosen ? '' : 'alone'}`}>
      <label className="field">
        <span>Procedure</span>
        <select
          data-testid="procedure"
          value={chosen}
          onChange={(e) => session.set({ procedure: e.target.value })}
        >
          <option value="">the rebind of the selected connection</option>
          {GROUPS.map(([label, names]) => (
            <optgroup key={label} label={label}>
              {names.map((n) => (
                <option key={n.name} value={n.key}>
                  {n.name}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      {chosen && <Against />}
    </div>
  );
}

/** Any other revision, and the program's own where it has been changed by hand. */
function Against() {
  const session = useSession();
  const against = useChoice((c) => c.against);
  const options = useChoice((c) => c.options);
  const changed = isChanged(options);
  const offered = session.backend.revisions.filter((r) => r.id !== options.revision || changed);
  return (
    <label className="field">
      <span>Compared with</span>
      <select
        data-testid="against"
        value={offered.some((r) => r.id === against) ? against : ''}
        onChange={(e) => session.set({ against: e.target.value })}
      >
        <option value="">nothing</option>
        {offered.map((r) => (
          <option key={r.id} value={r.id}>
            {r.name}
            {r.id === options.revision ? ', unchanged' : ''}
          </option>
        ))}
      </select>
    </label>
  );
}
