import { memo, type ReactNode } from 'react';
import { PRESETS } from '../../haproxy/line.ts';
import { useMedia } from '../page/useMedia.ts';
import type { Explorer } from './control.ts';
import { boundsOf, MEMORY, toggled, withFix, withRevision, withWorld } from './form.ts';
import { Ideas } from './Ideas.tsx';
import {
  FIX_TITLES,
  lineOf,
  MUTATION_LIST,
  mutationsOf,
  refusalOf,
  rulesOf,
  WORLDS,
  worldRow,
} from './museum.ts';
import { Stepper } from './Stepper.tsx';
import type { Form } from './types.ts';

interface Props {
  form: Form;
  busy: boolean;
  explorer: Explorer;
}

/** What is searched: the world, its bounds, the revision and its switches, the rules. */
export const Settings = memo(function Settings({ form, busy, explorer }: Props) {
  const { spec } = form;
  const world = worldRow(spec.world) ?? WORLDS[0]!;
  const change = (part: Partial<Form>) => explorer.change({ ...form, ...part });
  const refusal = refusalOf(spec);
  const inForce = mutationsOf(spec);
  const rules = rulesOf(spec);
  const ideas = spec.ideas ?? [];
  const phone = useMedia('(max-width: 719px)');
  return (
    <form
      className="ex-settings"
      aria-label="Search"
      onSubmit={(e) => {
        e.preventDefault();
        explorer.search();
      }}
    >
      <label className="ex-world">
        <span>World</span>
        <select
          value={spec.world}
          data-testid="ex-world"
          onChange={(e) => explorer.change(withWorld(form, e.target.value, false))}
        >
          {WORLDS.map((w) => (
            <option key={w.id} value={w.id}>
              {w.id}, {w.title}
            </option>
          ))}
        </select>
      </label>
      <label className="check">
        <input
          type="checkbox"
          checked={spec.fixed}
          data-testid="ex-fixed"
          onChange={(e) => explorer.change(withWorld(form, spec.world, e.target.checked))}
        />
        {world.fix ? `${world.sides[1]}, ${world.fix}` : `${world.sides[1]} ${world.mutation}`}
      </label>
      <div className="ex-go">
        <button
          type="submit"
          className="btn primary"
          data-testid="ex-search"
          disabled={busy || refusal !== ''}
        >
          Search
        </button>
        {refusal && <span className="muted">{refusal}</span>}
      </div>
      <fieldset>
        <legend>Bounds</legend>
        {boundsOf(spec, world).map((b) => (
          <Stepper
            key={b.key}
            name={b.name}
            value={b.value}
            least={b.least}
            most={b.most}
            onChange={(value) => change({ spec: { ...spec, bounds: { ...spec.bounds, [b.key]: value } } })}
          />
        ))}
        <label className="ex-row">
          <span>Memory, MB</span>
          <select
            value={form.memoryMB}
            data-testid="ex-memory"
            onChange={(e) => change({ memoryMB: Number(e.target.value) })}
          >
            {MEMORY.map((m) => (
              <option key={m} value={m}>
                {m}
              </option>
            ))}
          </select>
        </label>
        <label className="ex-row">
          <span>Order</span>
          <select
            value={form.order}
            onChange={(e) => change({ order: e.target.value as Form['order'] })}
            data-testid="ex-order"
          >
            <option value="breadth">level by level</option>
            <option value="depth">depth first</option>
            <option value="random">random walks</option>
          </select>
        </label>
      </fieldset>
      <Group title="Revision" about={`up to ${lineOf(spec).fixes[lineOf(spec).at]}`} open={!phone}>
        <Revisions form={form} change={change} />
      </Group>
      <Group title="Mutations" about={`${inForce.length} in force`} open={inForce.length > 0}>
        {MUTATION_LIST.map((m) => {
          const own = m.id === (spec.fixed && !world.fix ? world.cure : world.mutation);
          return (
            <label className="check" key={m.id}>
              <input
                type="checkbox"
                checked={inForce.includes(m.id)}
                disabled={own}
                onChange={() => change({ spec: { ...spec, mutations: toggled(spec.mutations, m.id) } })}
              />
              <span>
                <code>{m.id}</code> {m.title}
              </span>
            </label>
          );
        })}
      </Group>
      <Group
        title="Ideas"
        about={ideas.length > 0 ? `${ideas.length} tried` : 'before C'}
        open={ideas.length > 0}
      >
        <Ideas form={form} change={change} />
      </Group>
      <Group title="Rules" about={`${rules.filter((r) => r.state === 'on').length} on`} open={false}>
        {rules.map((r) => (
          <label className="check" key={r.id}>
            <input
              type="checkbox"
              checked={r.state === 'on' || r.state === 'blind'}
              disabled={r.state === 'not-meant'}
              onChange={() => change({ spec: { ...spec, rulesOff: toggled(spec.rulesOff, r.id) } })}
            />
            <span>
              <code>{r.id}</code> {r.sentence}
              {r.state === 'blind' && <small> It has {r.why}.</small>}
              {r.state === 'not-meant' && <small> Not meant to hold in this revision: {r.why}.</small>}
              {r.state === 'off' && r.why && <small> Spared by this world: {r.why}</small>}
            </span>
          </label>
        ))}
      </Group>
    </form>
  );
});

/** Revisions on their line; each fix can be taken out, and one further on can be switched on. */
function Revisions({ form, change }: { form: Form; change(part: Partial<Form>): void }) {
  const { spec } = form;
  const line = lineOf(spec);
  return (
    <div className="ex-line">
      {line.fixes.map((id, i) => (
        <div key={id} className={i === line.at ? 'rev at' : i < line.at ? 'rev in' : 'rev'}>
          <label>
            <input
              type="radio"
              name="revision"
              checked={i === line.at}
              onChange={() => change({ spec: withRevision(spec, line, i) })}
            />
            <span>
              <code>{id}</code> {PRESETS.has(id) && <b>{PRESETS.get(id)}: </b>}
              {FIX_TITLES.get(id)}
            </span>
          </label>
          {i > 0 && (
            <input
              type="checkbox"
              aria-label={`Fix ${id}`}
              data-testid={`fix-${id}`}
              checked={i <= line.at && !line.without.has(id)}
              onChange={() => change({ spec: withFix(spec, line, i) })}
            />
          )}
        </div>
      ))}
    </div>
  );
}

function Group({
  title,
  about,
  open,
  children,
}: {
  title: string;
  about: string;
  open: boolean;
  children: ReactNode;
}) {
  return (
    <details open={open}>
      <summary>
        {title} <small>{about}</small>
      </summary>
      {children}
    </details>
  );
}
