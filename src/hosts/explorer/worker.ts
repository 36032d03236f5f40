import { museumRun } from '../../scenario/museum/index.ts';
import { selfPort } from '../port.ts';
import { keepBeating } from '../pulse.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { serveSearch } from './serve.ts';

type Spec = Parameters<typeof museumRun>[0];

const port = selfPort<ToWorker<Spec>, FromWorker>();
serveSearch(port, (spec: Spec) => museumRun(spec).explorable);
keepBeating((beat) => port.post(beat));
