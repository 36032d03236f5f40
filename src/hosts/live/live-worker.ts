import { loadEngines } from '../../quic/load-engines.ts';
import { serveLeader } from '../lead.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { serveLive } from './worker.ts';

serveLeader<ToWorker, FromWorker>((leader) => serveLive(leader, loadEngines()));
