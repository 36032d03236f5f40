import { serveLeader } from './lead.ts';
import { serveThread } from './thread.ts';

serveLeader(serveThread);
