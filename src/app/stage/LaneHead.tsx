import type { KeyboardEvent, SyntheticEvent } from 'react';
import type { ConnName, ThreadView } from '../../report/view.ts';
import { Flag, hue, Octagon } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useSession } from '../session/context.tsx';
import { useMark } from '../session/useMark.ts';
import { headPlan } from './head.ts';
import type { StageLayout } from './layout.ts';
import { useIsBack } from './lit.tsx';
import { RunQueue } from './RunQueue.tsx';
import { StageButton } from './StageButton.tsx';
import { fitted, wrap } from './text.ts';

interface Props {
  thread: ThreadView;
  y: number;
  layout: StageLayout;
  /** The selected connection, where this thread owns it or has just left it. */
  letter: ConnName | null;
  owns: boolean;
  /** It aborted here. */
  fatal: boolean;
  simple: boolean;
}

/** What a thread is doing now, in words, and the two orders it takes. */
export const LaneHead = memoised(({ thread, y, layout, letter, owns, fatal, simple }: Props) => {
  const session = useSession();
  const plan = headPlan(layout, simple);
  const at = (b: { x: number; y: number; w: number; h: number }) => ({ ...b, y: y + b.y });
  const { tid } = thread;
  const idle = thread.state === 'asleep';
  const stepText = thread.step ? thread.step.text : idle ? thread.sleepReason : '';
  const pill = thread.next && thread.step !== null;
  const stepX = plan.step ? plan.step.x + (pill ? 34 : 0) : 0;
  const lines = plan.step ? wrap(stepText, plan.step.w - (pill ? 34 : 0), 11, plan.step.lines) : [];
  const tone = thread.redispatching ? 'is-redispatch' : fatal ? 'is-violation' : idle ? 'is-idle' : '';
  return (
    <g className={`lane-head ${tone}`}>
      <ThreadButton tid={tid} x={plan.tid.x} y={y + plan.tid.y} size={plan.tid.size} />
      {letter && (
        <g className={`tag ${owns ? 'owner' : 'former'} ${hue(letter)}`}>
          <rect
            x={plan.tag.x + 0.5}
            y={y + plan.tag.y + 0.5}
            width={plan.tag.w - 1}
            height={plan.tag.h - 1}
            rx={2}
          />
          <text x={plan.tag.x + plan.tag.w / 2} y={y + plan.tag.y + plan.tag.h / 2 + 4.2}>
            {owns ? `owner of ${letter.letter}` : 'was owner'}
          </text>
        </g>
      )}
      {thread.held && <Flag x={plan.verb.x - 12} y={y + plan.verb.y - 13} />}
      {fatal && <Octagon cx={plan.tag.x + plan.tag.w - 8} cy={y + plan.verb.y - 4} r={8} />}
      <text className="verb" x={plan.verb.x} y={y + plan.verb.y} fontSize={plan.verb.size}>
        {fitted(
          thread.held && !/held/i.test(thread.verb) ? `${thread.verb}, held` : thread.verb,
          plan.verb.w,
          plan.verb.size,
        )}
      </text>
      {plan.fn && (
        <text className="fn" x={plan.fn.x} y={y + plan.fn.y}>
          <title>{thread.stack.length > 0 ? thread.stack.join(' › ') : thread.fn}</title>
          {layout.compact && thread.step ? <tspan className="label">{thread.step.label} </tspan> : null}
          {fitted(thread.fn, plan.fn.w - (layout.compact ? 30 : 0), 10.5, 'mono')}
        </text>
      )}
      {plan.step && pill && <NextPill x={plan.step.x} y={y + plan.step.y} />}
      {lines.length > 0 && plan.step && (
        <text className="step" y={y + plan.step.y}>
          <title>{thread.step ? `${thread.step.label}: ${stepText}` : stepText}</title>
          {lines.map((line, i) => (
            <tspan key={line} x={stepX} dy={i === 0 ? 0 : 12}>
              {line}
            </tspan>
          ))}
        </text>
      )}
      {plan.queue && (
        <RunQueue
          items={thread.runQueue}
          x={plan.queue.x}
          y={y + plan.queue.y}
          w={thread.hand ? plan.queue.w : layout.head.w}
        />
      )}
      <StageButton
        box={at(plan.run)}
        text={`Run ${tid}`}
        label={`Run ${tid}: T${tid} takes its next step`}
        testid={`run-T${tid}`}
        className={thread.next ? 'next' : ''}
        disabled={!thread.enabled && thread.state !== 'held'}
        onPress={() => session.runThread(tid)}
      />
      <StageButton
        box={at(plan.hold)}
        text={thread.held ? 'Release' : 'Hold'}
        label={thread.held ? `Release T${tid}` : `Hold T${tid}`}
        testid={`hold-T${tid}`}
        className={thread.held ? 'held' : ''}
        pressed={thread.held}
        disabled={thread.state === 'lost'}
        onPress={() => session.toggleHold(tid)}
      />
    </g>
  );
});

/** The thread's number opens its menu. */
function ThreadButton({ tid, x, y, size }: { tid: number; x: number; y: number; size: number }) {
  const session = useSession();
  const mark = useMark<SVGGElement>(`thread:${tid}`);
  const open = (e: SyntheticEvent<SVGGElement>) => {
    e.preventDefault();
    e.stopPropagation();
    session.openMenu({ kind: 'thread', tid });
  };
  // SVG has no button element; a group with a button's role, name and keys is one.
  const asButton = {
    role: 'button',
    tabIndex: useIsBack() ? -1 : 0,
    'aria-haspopup': 'menu' as const,
    'aria-label': `T${tid}, menu of this thread`,
    onClick: open,
    onContextMenu: open,
    onKeyDown: (e: KeyboardEvent<SVGGElement>) => {
      if (e.key === 'Enter' || e.key === ' ') open(e);
    },
  };
  return (
    <g ref={mark} className="thread-button" data-testid={`thread-T${tid}`} {...asButton}>
      <rect className="hit" x={x - 3} y={y - size} width={size * 1.3 + 6} height={size + 7} />
      <text className="tid" x={x} y={y} fontSize={size}>
        T{tid}
      </text>
    </g>
  );
}

function NextPill({ x, y }: { x: number; y: number }) {
  return (
    <g className="next-pill">
      <rect x={x} y={y - 10} width={29} height={13} rx={2} />
      <text x={x + 14.5} y={y}>
        next
      </text>
    </g>
  );
}
