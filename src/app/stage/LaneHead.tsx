import type { ConnName, ThreadView } from '../../report/view.ts';
import { Flag, hue, Octagon } from '../parts/Glyphs.tsx';
import { memoised } from '../parts/memoised.ts';
import { useSession } from '../session/context.tsx';
import { headPlan } from './head.ts';
import type { StageLayout } from './layout.ts';
import { RunQueue } from './RunQueue.tsx';
import { StageButton } from './StageButton.tsx';
import { ThreadButton } from './ThreadButton.tsx';
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
  const pill = thread.next && thread.step !== null;
  // That a poller waits, and for what, its verb says.
  const waits = thread.verb === 'Polling' && thread.state !== 'running' && !pill;
  const stepText = waits ? '' : thread.step ? thread.step.text : idle ? thread.sleepReason : '';
  const stepX = plan.step ? plan.step.x + (pill ? 34 : 0) : 0;
  const lines = plan.step ? wrap(stepText, plan.step.w - (pill ? 34 : 0), 11, plan.step.lines) : [];
  /** The mark of a violation stands in front of the verb. */
  const beside = fatal ? 20 : 0;
  const tone = thread.redispatching ? 'is-redispatch' : fatal ? 'is-violation' : idle ? 'is-idle' : '';
  return (
    <g className={`lane-head ${tone}`}>
      <ThreadButton tid={tid} held={thread.held} x={plan.tid.x} y={y + plan.tid.y} size={plan.tid.size} />
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
      {fatal && <Octagon cx={plan.verb.x + 8} cy={y + plan.verb.y - 4} r={8} />}
      <text className="verb" x={plan.verb.x + beside} y={y + plan.verb.y} fontSize={plan.verb.size}>
        {fitted(
          thread.held && !/held/i.test(thread.verb) ? `${thread.verb}, held` : thread.verb,
          plan.verb.w - beside,
          plan.verb.size,
        )}
      </text>
      {plan.fn && (
        <text className="fn" x={plan.fn.x} y={y + plan.fn.y}>
          <title>{thread.stack.length > 0 ? thread.stack.join(' › ') : thread.fn}</title>
          {thread.group && <tspan className="label">{thread.group} </tspan>}
          {layout.compact && thread.step ? <tspan className="label">{thread.step.label} </tspan> : null}
          {fitted(thread.fn, plan.fn.w - (layout.compact ? 30 : 0) - thread.group.length * 6.5, 10.5, 'mono')}
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
