import type { ReactNode } from 'react';
import { COMMANDS, type Command, commandsIn } from '../commands/table.ts';
import { LIVE_COMMANDS } from '../live/commands.ts';
import { Chip, Diamond, Flag, Hexagon, Lock, Octagon, Plug, Sheet, TimerRing } from '../parts/Glyphs.tsx';
import { useChoice, useSession } from '../session/context.tsx';
import { STORY_COMMANDS } from '../story/commands.ts';
import { Dialog } from './Dialog.tsx';

const GROUPS: readonly Command['group'][] = [
  'Story',
  'Run',
  'Time',
  'Threads',
  'Connections',
  'Live',
  'Page',
];
const A = { letter: 'A', hue: 0, pattern: 0 };
const TIMER = { armed: true, leftMs: 0, share: 0.65, queued: true };

const GLYPHS: readonly [ReactNode, string, string][] = [
  [
    <Chip key="g" name={A} x={4} y={4} side={24} look="solid" />,
    'Connection',
    'on its owner’s lane; drag it to rebind',
  ],
  [<Chip key="g" name={A} x={4} y={4} side={24} look="ghost" />, 'Ghost', 'has just left'],
  [
    <g key="g" transform="translate(5 3)">
      <Sheet name={A} no="41" w={22} h={26} solid />
    </g>,
    'Datagram',
    'letter of its connection, number in the capture',
  ],
  [
    <rect key="g" className="late-mark" x={5} y={3} width={22} height={26} />,
    'Late',
    'waits on a thread that does not own its connection',
  ],
  [
    <TimerRing key="g" kind="idle" timer={TIMER} cx={16} cy={16} r={11} />,
    'Idle timer',
    'ring with a hand; empties',
  ],
  [<TimerRing key="g" kind="loss" timer={TIMER} cx={16} cy={16} r={11} />, 'Loss timer', 'ring with a dot'],
  [<Hexagon key="g" cx={16} cy={16} r={11} />, 'Tasklet', 'hollow; filled: a task'],
  [<Plug key="g" cx={16} cy={16} size={24} />, 'Socket', 'with a gap: nobody polls it'],
  [<Lock key="g" cx={16} cy={16} size={16} kind="read" />, 'Lock', 'open: read, shut: write'],
  [<Flag key="g" x={11} y={6} />, 'Held', 'this thread is not picked by the clock'],
  [<Diamond key="g" cx={16} cy={16} r={11} />, 'Commit', 'the store that changes the owner'],
  [
    <path key="g" className="redispatch-mark" d="M1 12h16V5l14 11-14 11v-7H1z" />,
    'Redispatch',
    'a datagram is passed on to the owner',
  ],
  [<Octagon key="g" cx={16} cy={16} r={12} />, 'Violation', 'a rule is broken, or HAProxy aborted'],
];

/** All keys and all glyphs. */
export function HelpDialog({ onClose }: { onClose(): void }) {
  const session = useSession();
  const letters = useChoice((c) => c.singleKeys);
  const told = useChoice((c) => c.story !== null);
  // In a story only its own keys are at hand.
  const all = told ? commandsIn('presenting') : [...COMMANDS, ...LIVE_COMMANDS, ...STORY_COMMANDS];
  return (
    <Dialog title="Keys and glyphs" onClose={onClose}>
      <p className="to-guide">
        What happens, and why in this order:{' '}
        <a href="guide/index.html" target="_blank" rel="noopener">
          the guide
        </a>
      </p>
      <div className="help">
        {GROUPS.filter((group) => all.some((c) => c.group === group)).map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {all
                .filter((c) => c.group === group && !c.also)
                .map((c) => (
                  <div key={c.id} className={c.letter && !letters ? 'off' : ''}>
                    <dt>{c.title}</dt>
                    <dd>
                      <kbd>{c.keys}</kbd>
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="letters">
        <input
          type="checkbox"
          checked={letters}
          onChange={(e) => session.set({ singleKeys: e.target.checked })}
        />{' '}
        Single-letter keys
      </label>
      <h3>Glyphs</h3>
      <ul className="glyphs">
        {GLYPHS.map(([svg, name, note]) => (
          <li key={name}>
            <svg width="32" height="32" viewBox="0 0 32 32" aria-hidden="true">
              {svg}
            </svg>
            <span>
              <b>{name}</b> {note}
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
