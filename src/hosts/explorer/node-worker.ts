import { museumRun } from '../../scenario/museum/index.ts';
import { nodeSelf } from '../node-self.ts';
import { serveSearch } from './serve.ts';

serveSearch(nodeSelf(), (spec: Parameters<typeof museumRun>[0]) => museumRun(spec).explorable);
