import { serveLeader } from './lead.ts';
import type { FromThread, ToThread } from './messages.ts';
import { keepBeating } from './pulse.ts';
import { serveThread } from './thread.ts';

serveLeader<ToThread, FromThread>((leader) => {
  serveThread(leader);
  keepBeating((beat) => leader.post(beat));
});
