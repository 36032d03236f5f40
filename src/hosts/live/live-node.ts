import { loadEngines } from '../../quic/load-engines.ts';
import { nodeSelf } from '../node-self.ts';
import { serveLive } from './worker.ts';

serveLive(nodeSelf(), loadEngines());
