import { selfPort } from '../port.ts';
import { serveLive } from './worker.ts';

serveLive(selfPort());
