import { ThreadBadge } from '../parts/Glyphs.tsx';
import { Menu, MenuItem } from '../parts/Menu.tsx';
import { useChoice, usePicture, useSession } from '../session/context.tsx';

/** The menu of a thread: what can be ordered of it, or begins at it. */
export function ThreadMenu() {
  const session = useSession();
  const menu = useChoice((c) => (c.menu?.kind === 'thread' ? c.menu : null));
  const stage = usePicture((p) => p.stage);
  const thread = menu && stage ? stage.threads[menu.tid] : undefined;
  if (!menu || !stage || !thread) return null;
  const { tid } = thread;
  const { acceptTarget, failNext } = stage.conditions;
  const close = () => session.set({ menu: null });
  const then = (order: () => void) => () => {
    close();
    order();
  };
  const timed = thread.state === 'asleep' && /timer/.test(thread.sleepReason);
  return (
    <Menu x={menu.x} y={menu.y} label={`T${tid}`} testid="thread-menu" onClose={close}>
      <div className="menu-head" role="presentation">
        <ThreadBadge tid={tid} threads={stage.threads.length} />
        <code>{thread.fn}</code>
      </div>
      <MenuItem
        testid="thread-step"
        keys={`${tid}`}
        off={thread.enabled ? false : 'nothing to do'}
        onChoose={then(() => session.runThread(tid))}
      >
        Take its next step
      </MenuItem>
      <MenuItem testid="thread-hold" keys={`H ${tid}`} onChoose={then(() => session.toggleHold(tid))}>
        {thread.held ? 'Release it' : 'Hold it'}
      </MenuItem>
      <MenuItem
        testid="thread-expire"
        off={timed ? false : thread.state === 'asleep' ? 'no timer' : 'not asleep'}
        onChoose={then(() => session.choose({ kind: 'expire', tid }))}
      >
        Let its next timer run out
      </MenuItem>
      <hr />
      <MenuItem
        testid="thread-accept"
        off={stage.choosesAtAccept ? false : 'not in this revision'}
        onChoose={then(() => session.setAcceptTarget(acceptTarget === tid ? -1 : tid))}
      >
        {acceptTarget === tid ? 'Let HAProxy pick who accepts next' : 'The next accept goes here'}
      </MenuItem>
      <MenuItem testid="thread-fail" keys="F" onChoose={then(() => session.setFailNext(!failNext))}>
        {failNext ? 'The next allocation need not fail' : 'The next allocation fails'}
      </MenuItem>
      <MenuItem testid="thread-look" onChoose={then(() => session.set({ panel: 'thread', room: tid }))}>
        Look into it
      </MenuItem>
      <MenuItem
        testid="thread-show"
        onChoose={then(() => {
          session.set({ panel: 'show', command: 'quic' });
          session.choose({ kind: 'show-quic', tid, all: false });
        })}
      >
        Run show quic here
      </MenuItem>
    </Menu>
  );
}
