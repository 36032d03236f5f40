/** `npm run layout`: who may import whom, what each folder may know, and what is pure. Exit 1 when something is not. */
import { join } from 'node:path';
import { checkLayout } from './layout/check.mjs';
import { root } from './lib/root.mjs';

const { files, problems } = checkLayout(join(root, 'src'));
for (const problem of problems) console.error(problem);
console.log(
  problems.length === 0 ? `layout: ${files} files, all in place` : `layout: ${problems.length} problems`,
);
process.exit(problems.length === 0 ? 0 : 1);
