import { Coordinator } from './coordinator.ts';
import { selfPort, workerPort } from './port.ts';
import threadScript from './thread-worker.ts?worker-chunk';

new Coordinator(selfPort(), () => workerPort(new Worker(threadScript, { type: 'module', name: 'thread' })));
