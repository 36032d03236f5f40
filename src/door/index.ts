export { Budget, OverBudget } from './budget.ts';
export { counted } from './counted.ts';
export { LIMIT, nestingOf, runLimit } from './limits.ts';
export { Notes } from './notes.ts';
export { visible } from './visible.ts';
