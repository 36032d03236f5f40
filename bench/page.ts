/** Runs the suite that the address names and leaves its rows where the driver picks them up. */
import type { Row } from './contract.ts';
import { suites } from './suites.ts';

declare global {
  interface Window {
    /** Set when the suite has ended. */
    benchResult?: { rows: Row[] } | { error: string };
  }
}

const name = new URLSearchParams(location.search).get('suite');
const suite = suites.find((s) => s.name === name);
try {
  if (suite === undefined) throw new Error(`no suite called ${name}`);
  window.benchResult = { rows: await suite.run(() => performance.now()) };
} catch (error) {
  window.benchResult = { error: String(error) };
}
