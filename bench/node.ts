/** Runs one suite in this process and prints its rows as JSON: `tsx bench/node.ts NAME`; without a name, lists them. */
import { suites } from './suites.ts';

const name = process.argv[2];
if (name === undefined) console.log(JSON.stringify(suites.map((s) => ({ name: s.name, where: s.where }))));
else {
  const suite = suites.find((s) => s.name === name);
  if (suite === undefined) throw new Error(`no suite called ${name}`);
  console.log(JSON.stringify(await suite.run(() => performance.now())));
}
