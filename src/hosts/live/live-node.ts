import { loadGcm } from '../../quic/load-gcm.ts';
import { nodeSelf } from '../node-self.ts';
import { serveLive } from './worker.ts';

serveLive(nodeSelf(), loadGcm());
