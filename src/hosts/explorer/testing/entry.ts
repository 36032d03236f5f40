import { nodeSelf } from '../../node-self.ts';
import type { FromWorker, ToWorker } from '../messages.ts';
import { serveSearch } from '../serve.ts';
import { makeTestWorld, type TestSpec } from './worlds.ts';

serveSearch(nodeSelf<ToWorker<TestSpec>, FromWorker>(), makeTestWorld);
