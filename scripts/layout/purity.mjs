import { isBench, isTest } from './edges.mjs';
import { children } from './parse.mjs';
import { folders, impureMembers, impureNames } from './rules.mjs';

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);
const MUTATORS = new Set(
  'set add delete clear push pop shift unshift splice sort reverse fill copyWithin'.split(' '),
);

/** The names a binding pattern binds. */
function bound(pattern, into) {
  if (!pattern) return;
  if (pattern.type === 'Identifier') into.add(pattern.name);
  else if (pattern.type === 'ObjectPattern')
    for (const p of pattern.properties) bound(p.value ?? p.argument, into);
  else if (pattern.type === 'ArrayPattern') for (const p of pattern.elements) bound(p, into);
  else if (pattern.type === 'AssignmentPattern') bound(pattern.left, into);
  else if (pattern.type === 'RestElement') bound(pattern.argument, into);
  else if (pattern.type === 'TSParameterProperty') bound(pattern.parameter, into);
}

/** Every name a function (or the whole file) declares itself, nested functions' own names left out. */
function declaredIn(scope) {
  const names = new Set();
  for (const p of scope.params ?? []) bound(p, names);
  const visit = (node) => {
    if (node.type === 'VariableDeclarator') bound(node.id, names);
    if (node.type === 'CatchClause') bound(node.param, names);
    if (node.type.startsWith('Import') && node.local) names.add(node.local.name);
    if (
      node !== scope &&
      (node.type === 'FunctionDeclaration' || node.type.startsWith('Class') || node.type.startsWith('TS'))
    ) {
      if (node.id?.name) names.add(node.id.name);
    }
    if (node !== scope && FUNCTIONS.has(node.type)) return;
    for (const [, child] of children(node)) visit(child);
  };
  visit(scope);
  return names;
}

/** The name at the root of `a`, `a.b`, `a[i].c`; '' for anything else. */
function rootName(node) {
  let at = node;
  while (
    at.type === 'MemberExpression' ||
    at.type === 'TSNonNullExpression' ||
    at.type === 'TSAsExpression'
  ) {
    at = at.type === 'MemberExpression' ? at.object : at.expression;
  }
  return at.type === 'Identifier' ? at.name : '';
}

/** What a node changes in place: the left of an assignment, the object of `x.push()`, the operand of `delete`. */
function changed(node) {
  if (node.type === 'AssignmentExpression') return node.left;
  if (node.type === 'UpdateExpression') return node.argument;
  if (node.type === 'UnaryExpression' && node.operator === 'delete') return node.argument;
  if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && !node.callee.computed) {
    if (MUTATORS.has(node.callee.property.name)) return node.callee.object;
  }
  return undefined;
}

const isName = (parent, key) =>
  !(
    (parent.type === 'MemberExpression' && key === 'property' && !parent.computed) ||
    (key === 'key' && !parent.computed) ||
    (parent.type === 'TSQualifiedName' && key === 'right') ||
    parent.type === 'TSNamedTupleMember' ||
    (parent.type.startsWith('TS') && key === 'params') ||
    parent.type === 'TSTypePredicate' ||
    parent.type.startsWith('Import') ||
    parent.type.startsWith('Export') ||
    parent.type === 'LabeledStatement'
  );

/** Names of module-level `const`s that a caller could change: an exported array, Map or Set that is not typed read-only. */
function exportedContainers(program) {
  const found = [];
  for (const statement of program.body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement.declaration?.type !== 'VariableDeclaration')
      continue;
    for (const { id, init } of statement.declaration.declarations) {
      const container =
        init?.type === 'ArrayExpression' ||
        (init?.type === 'NewExpression' && /^(Weak)?(Map|Set)$/.test(init.callee.name));
      if (container && !id.typeAnnotation) found.push({ at: id.start, name: id.name });
      const type = id.typeAnnotation?.typeAnnotation;
      const mutableType =
        type?.type === 'TSArrayType' ||
        (type?.type === 'TSTypeReference' && /^((Weak)?(Map|Set)|Array)$/.test(type.typeName.name));
      if (container && mutableType) found.push({ at: id.start, name: id.name });
    }
  }
  return found;
}

/**
 * Functions that run only while the module loads: not exported, and named only outside of functions. What they fill
 * (a table, once) is constant to everybody else.
 */
function loadingOnly(program) {
  const names = new Set(program.body.filter((s) => s.type === 'FunctionDeclaration').map((s) => s.id.name));
  const visit = (node, inside) => {
    const within = inside || FUNCTIONS.has(node.type);
    for (const [key, child] of children(node)) {
      const declares = key === 'id' && FUNCTIONS.has(node.type);
      const exported = node.type === 'ExportSpecifier' || node.type === 'ExportDefaultDeclaration';
      if (child.type === 'Identifier' && !declares && (within || exported)) names.delete(child.name);
      visit(child, within);
    }
  };
  visit(program, false);
  return names;
}

/**
 * What makes a file of a pure folder impure. Tests and benches are not looked at.
 *
 * @param {import('./parse.mjs').SourceFile} file
 * @returns {{at: number, rule: string, name: string, message: string}[]}
 */
export function impurities(file) {
  if (!folders[file.path.split('/')[0]]?.pure || isTest(file.path) || isBench(file.path)) return [];
  const bad = [];
  const top = declaredIn(file.program);
  const loading = loadingOnly(file.program);
  const say = (at, rule, name, message) => bad.push({ at, rule, name, message });

  for (const statement of file.program.body) {
    const declaration = statement.declaration ?? statement;
    if (declaration.type === 'VariableDeclaration' && declaration.kind !== 'const' && !declaration.declare) {
      const names = new Set();
      for (const d of declaration.declarations) bound(d.id, names);
      for (const name of names)
        say(declaration.start, 'state', name, `module-level ${declaration.kind} ${name}`);
    }
  }
  for (const { at, name } of exportedContainers(file.program)) {
    say(at, 'state', name, `${name} is exported and can be changed: type it read-only or write \`as const\``);
  }

  const visit = (node, scopes, atLoad) => {
    const loads =
      atLoad || (node.type === 'FunctionDeclaration' && scopes.length === 0 && loading.has(node.id?.name));
    const inner = FUNCTIONS.has(node.type) ? [...scopes, declaredIn(node)] : scopes;
    const isLocal = (name) => inner.some((s) => s.has(name));
    if (node.type === 'MemberExpression' && !node.computed && node.object.type === 'Identifier') {
      const name = `${node.object.name}.${node.property.name}`;
      if (impureMembers.has(name) && !isLocal(node.object.name))
        say(node.start, 'impure', name, `uses ${name}`);
    }
    if (node.type === 'MetaProperty') say(node.start, 'impure', 'import.meta', 'uses import.meta');
    const target = changed(node);
    if (target && inner.length > 0 && !loads) {
      const name = rootName(target);
      if (name && top.has(name) && !isLocal(name))
        say(node.start, 'state', name, `a function changes the module's ${name}`);
    }
    for (const [key, child] of children(node)) {
      if (child.type === 'Identifier' && impureNames.has(child.name) && isName(node, key)) {
        if (!isLocal(child.name) && !top.has(child.name))
          say(child.start, 'impure', child.name, `uses ${child.name}`);
      }
      visit(child, inner, loads);
    }
  };
  visit(file.program, [], false);
  return bad;
}
