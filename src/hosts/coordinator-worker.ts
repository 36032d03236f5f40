import { Coordinator } from './coordinator.ts';
import { lead } from './lead.ts';
import type { FromCoordinator, FromThread, ToCoordinator, ToThread } from './messages.ts';
import { keepBeating } from './pulse.ts';

lead<ToCoordinator, FromCoordinator, FromThread, ToThread>((page, spawn) => {
  new Coordinator(page, (tid) => spawn(`T${tid}`));
  keepBeating((beat) => page.post(beat));
});
