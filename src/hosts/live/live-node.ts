import { nodeSelf } from '../node-self.ts';
import { serveLive } from './worker.ts';

serveLive(nodeSelf());
