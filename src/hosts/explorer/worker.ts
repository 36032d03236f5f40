import { museumRun } from '../../scenario/museum/index.ts';
import { selfPort } from '../port.ts';
import { serveSearch } from './serve.ts';

serveSearch(selfPort(), (spec: Parameters<typeof museumRun>[0]) => museumRun(spec).explorable);
