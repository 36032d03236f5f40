import { Fragment, type ReactNode } from 'react';
import { FIXES, findRevision, formIn, MUTATIONS, programOf, REVISIONS } from '../../haproxy/revisions.ts';
import { stateOf } from '../../haproxy/state.ts';
import { called } from '../../haproxy/step/called.ts';
import type { Program } from '../../haproxy/step/compile.ts';
import type { Fix, Mutation, Only } from '../../haproxy/step/patch.ts';
import type { AnyProcedure } from '../../haproxy/step/proc.ts';
import { BACK, type ListedEdge } from '../../report/listing.ts';
import {
  byProcedure,
  dateWords,
  type OpWords,
  opWords,
  type PatchStep,
  programBefore,
  programWith,
} from '../../report/patch-words.ts';
import { useChoice, useSession } from '../session/context.tsx';
import { Paragraph } from './EntryPage.tsx';
import { ENTRIES } from './entries.ts';
import { LackingList } from './Lacking.tsx';
import { Numbers, PatchButton } from './Links.tsx';
import { read, turn } from './reading.ts';
import { Switch } from './Switch.tsx';

/** What a commit did, or a mutation does: about it, and its patch. */
export function PatchPage({ id }: { id: string }) {
  const fix = FIXES.find((f) => f.id === id);
  if (fix) return <FixPage fix={fix} />;
  const mutation = MUTATIONS.find((m) => m.id === id);
  return mutation ? <MutationPage mutation={mutation} /> : <p>There is no patch {id}.</p>;
}

function FixPage({ fix }: { fix: Fix }) {
  const before = programBefore(fix);
  const upTo = stateOf(REVISIONS[FIXES.indexOf(fix)]!.fixes);
  return (
    <article>
      <h3>{capital(fix.title)}</h3>
      <Paragraph text={fix.sentence} />
      <dl className="about">
        <Row name="Commit">{`${fix.id}, ${dateWords(fix)}`}</Row>
        <Row name="First in">{fix.version}</Row>
        {fix.bug && (
          <Row name="Bug">
            <Numbers of={fix.bug} />
          </Row>
        )}
        <Requires ids={fix.requires} />
        <Row name="Up to here">{upTo.name}</Row>
        {upTo.lacks.length > 0 && (
          <Row name="The model lacks">
            <LackingList of={upTo.lacks} />
          </Row>
        )}
      </dl>
      <Switch kind="fix" id={fix.id} />
      <Ops ops={fix.ops.map((op) => opWords(op, before))} names={before.names} fix={fix} />
      <Besides patch={fix} before={() => programWith(fix)} />
      <Beside id={fix.id} line={FIXES} />
    </article>
  );
}

function MutationPage({ mutation }: { mutation: Mutation }) {
  const revision = useChoice((c) => c.options.revision);
  const base = findRevision(revision) ?? REVISIONS.at(-1)!;
  const form = formIn(mutation, base.fixes);
  const before = programOf(base);
  return (
    <article>
      <h3>{capital(mutation.title)}</h3>
      <p>A mutation: a change that never shipped, to see what the code as it is prevents.</p>
      {(ENTRIES.get(mutation.id)?.text ?? []).map((t) => (
        <Paragraph key={t} text={t} />
      ))}
      <dl className="about">
        <Requires ids={mutation.requires} />
        {mutation.until && (
          <Row name="Up to">
            the revision before <PatchButton id={mutation.until} />, which took away what it changes
          </Row>
        )}
      </dl>
      <Switch kind="mutation" id={mutation.id} />
      <Ops ops={form.ops.map((op) => opWords(op, before))} names={before.names} />
      <Besides patch={form} before={() => before} />
      <Beside id={mutation.id} line={MUTATIONS} />
    </article>
  );
}

const WORLDS: Readonly<Record<keyof Only, string>> = {
  across: 'the threads are two groups',
  early: 'clients send early data',
  apart: 'groups have fd tables of their own',
  limited: 'a bind has a maxconn',
};

/** What a patch changes beside that in some worlds only. */
function Besides({ patch, before }: { patch: Only; before(): Program }) {
  const some = (Object.keys(WORLDS) as (keyof Only)[]).filter((name) => patch[name]);
  if (some.length === 0) return null;
  const program = before();
  return some.map((name) => (
    <Fragment key={name}>
      <p className="muted">Where {WORLDS[name]}, and only there:</p>
      <Ops ops={patch[name]!.map((op) => opWords(op, program))} names={program.names} />
    </Fragment>
  ));
}

/** The patches before and after one, and all of them. */
function Beside({ id, line }: { id: string; line: readonly { readonly id: string }[] }) {
  const session = useSession();
  const at = line.findIndex((f) => f.id === id);
  const [before, after] = [line[at - 1]?.id, line[at + 1]?.id];
  return (
    <nav className="beside" aria-label="Patches beside it">
      {before ? (
        <button
          type="button"
          className="btn plain"
          onClick={() => turn(session, { kind: 'patch', id: before })}
        >
          ← {before}
        </button>
      ) : (
        <span />
      )}
      <button
        type="button"
        className="btn plain"
        data-testid="reading-line"
        onClick={() => read(session, { kind: 'line' })}
      >
        all
      </button>
      {after ? (
        <button
          type="button"
          className="btn plain"
          onClick={() => turn(session, { kind: 'patch', id: after })}
        >
          {after} →
        </button>
      ) : (
        <span />
      )}
    </nav>
  );
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function Requires({ ids }: { ids: readonly string[] }) {
  return (
    <Row name="Cannot be without">
      {ids.length === 0 ? 'nothing' : ids.map((r) => <PatchButton key={r} id={r} />)}
    </Row>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The operations, procedure by procedure. */
function Ops({ ops, names, fix }: { ops: readonly OpWords[]; names: Program['names']; fix?: Fix }) {
  const live = useChoice((c) => c.mode) === 'live';
  return byProcedure(ops).map((group) => {
    const [{ proc }] = group as [OpWords];
    return (
      <section key={proc?.key ?? ''} className="patch" data-testid="patch-procedure">
        <h3>
          {proc ? <code>{called(names, proc.key)}</code> : 'What steps call or look at'}
          {proc && !live && <Compare proc={proc} fix={fix} />}
        </h3>
        <ul>
          {group.map((op, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an operation is its place in the patch.
            <li key={`${i} ${op.text}`}>
              <p className="op">{op.text}</p>
              {op.steps.length > 0 && (
                <ol>
                  {op.steps.map((s) => (
                    <Step key={`${s.is} ${s.label}`} step={s} />
                  ))}
                </ol>
              )}
            </li>
          ))}
        </ul>
      </section>
    );
  });
}

const IS = { brought: ['+', 'added'], gone: ['−', 'gone'], there: ['', ''] } as const;

function Step({ step: { is, label, text, ref, edges } }: { step: PatchStep }) {
  return (
    <li className={is}>
      <span className="mark">
        <b aria-hidden="true">{IS[is][0]}</b>
        <span className="visually-hidden">{IS[is][1]}</span>
      </span>
      <code className="label">{label}</code>
      <span>
        <span className="text">{text}</span> {ref && <Numbers of={ref} />}
        {edges.length > 0 && <span className="edges">{edges.map(edgeWords).join(', ')}</span>}
      </span>
    </li>
  );
}

const edgeWords = ({ name, to }: ListedEdge): string => `${name} → ${to === BACK ? 'back' : to}`;

/** Shows the procedure in the Program tab, beside what it was before the fix. */
function Compare({ proc, fix }: { proc: AnyProcedure; fix: Fix | undefined }) {
  const session = useSession();
  const { revisions } = session.backend;
  const own = useChoice((c) => c.options.revision);
  const at = fix ? FIXES.indexOf(fix) : -1;
  const running = revisions.findIndex((r) => r.id === own);
  // In a program that has the fix: what was before it. In an older one: what it makes of it.
  const other = at < 0 ? '' : revisions[running >= at ? Math.max(0, at - 1) : at]!.id;
  return (
    <button
      type="button"
      className="read-link"
      onClick={() =>
        session.set({
          dialog: '',
          tab: 'program',
          drawer: true,
          explorer: false,
          procedure: proc.key,
          against: other === own ? '' : other,
        })
      }
    >
      in the program
    </button>
  );
}
