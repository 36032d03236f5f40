import { serveLeader } from '../lead.ts';
import { serveLive } from './worker.ts';

serveLeader(serveLive);
