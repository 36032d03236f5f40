import { chooseRevision } from '../../haproxy/revisions.ts';
import type { ListedStep } from '../../report/listing.ts';
import { Menu, MenuItem } from '../parts/Menu.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import { loaded } from '../session/loaded.ts';
import type { Session } from '../session/session.ts';
import type { ProgramChanges } from './changes.ts';

/** A procedure as it stands in a program. */
export interface Where {
  /** Key of the procedure. */
  readonly key: string;
  /** What it is called there. */
  readonly called: string;
  readonly program: ProgramChanges & { readonly revision: string };
  /** What the program is called. */
  readonly name: string;
}

export interface StepMenuOf {
  readonly step: ListedStep;
  /** Label of the step below it; empty where there is none. */
  readonly below: string;
  readonly x: number;
  readonly y: number;
}

/** What can be asked of a step: whether anything would notice if it were otherwise. */
export function StepMenu({ where, of, onClose }: { where: Where; of: StepMenuOf; onClose(): void }) {
  const session = useSession();
  const own = useChoice((c) => c.options.revision) === where.program.revision;
  const running = useChoice((c) => c.sourceName) !== '';
  const live = useChoice((c) => c.mode) === 'live';
  const { step, below } = of;
  const at = (label: string): string => `${where.key}/${label}`;
  const drop = `drop ${at(step.label)}`;
  const swap = below && `swap ${at(step.label)} ${at(below)}`;
  const whyNot = (idea: string): string => refusalOf(where, idea);
  const ask = (idea: string, words: string): void => {
    onClose();
    void askOf(session, where, step, idea, words);
  };
  const name = `${step.label} of ${where.called}`;
  return (
    <Menu x={of.x} y={of.y} label={`Step ${step.label}`} testid="step-menu" onClose={onClose}>
      <MenuItem
        testid="ask-missing"
        off={whyNot(drop)}
        onChoose={() => ask(drop, `What if ${name} were missing?`)}
      >
        What if this step were missing?
      </MenuItem>
      <MenuItem
        testid="ask-later"
        off={below ? whyNot(swap) : 'No step stands below it.'}
        onChoose={() => ask(swap, `What if ${name} came after ${below}?`)}
      >
        What if it came a step later?
      </MenuItem>
      {own && !live && (
        <MenuItem
          testid="run-without-step"
          off={running ? whyNot(drop) : 'Nothing is open.'}
          onChoose={() => {
            onClose();
            void session.restart({ ideas: [...(where.program.ideas ?? []), drop] });
          }}
        >
          Run without this step
        </MenuItem>
      )}
    </Menu>
  );
}

/** Why the program cannot be so changed, in a sentence; empty when it can. */
function refusalOf({ program }: Where, idea: string): string {
  const made = chooseRevision({ ...program, ideas: [...(program.ideas ?? []), idea] });
  return typeof made === 'string' ? `${made.charAt(0).toUpperCase()}${made.slice(1)}.` : '';
}

/** Opens the Explorer with the question. */
async function askOf(
  session: Session,
  { key, program, name }: Where,
  step: ListedStep,
  idea: string,
  words: string,
): Promise<void> {
  const explorerOf = await loaded(
    session,
    'The Explorer',
    () => import('../explorer/control.ts'),
    (m) => m.explorerOf,
  );
  const { revision, without = [], mutations = [], ideas = [] } = program;
  session.set({ explorer: true, notice: null });
  explorerOf(session).ask({
    program: { revision, without, mutations, ideas },
    idea,
    proc: key,
    words,
    step: step.text,
    of: name,
  });
}
