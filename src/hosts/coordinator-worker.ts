import { Coordinator } from './coordinator.ts';
import { selfPort, workerPort } from './port.ts';

new Coordinator(selfPort(), () =>
  workerPort(new Worker(new URL('./thread-worker.ts', import.meta.url), { type: 'module', name: 'thread' })),
);
