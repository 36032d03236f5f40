import { selfPort } from './port.ts';
import { serveThread } from './thread.ts';

serveThread(selfPort());
