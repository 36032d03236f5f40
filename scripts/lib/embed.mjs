import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { runTool, tail } from './run.mjs';

const DTS = [
  '--ignoreConfig',
  '--declaration',
  '--emitDeclarationOnly',
  '--allowImportingTsExtensions',
  '--strict',
  '--skipLibCheck',
  '--target',
  'es2022',
  '--module',
  'esnext',
  '--moduleResolution',
  'bundler',
  '--lib',
  'es2023,dom,dom.iterable',
];

const README = `# rebind-figure

A figure of Rebind in your page: \`<rebind-figure>\`, and \`connect(iframe)\` to drive one. No dependencies.

\`\`\`html
<script type="module" src="rebind-figure.js"></script>
<rebind-figure src="https://…/m/first/">
  <a href="https://…/m/first/"><img src="https://…/m/first/poster.svg" alt="A belongs to T2." width="100%"></a>
</rebind-figure>
\`\`\`

Attributes: \`src\` (a moment's folder), \`at\` (a step, or a name as \`A.redispatch.1\`), \`lanes\` (\`T2,T0\`), \`theme\` (\`auto\`, \`light\`, \`dark\`),
\`begin\` (\`picture\`, \`playing\`, \`still\`), \`detail\` (\`simple\`, \`full\`). Events: \`rebind-ready\`, \`rebind-mark\`, \`rebind-step\`, \`rebind-end\`, \`rebind-error\`.

\`\`\`js
import { connect } from 'rebind-figure';
const figure = connect(document.querySelector('iframe'));
figure.on('mark', ({ name }) => console.log(name));
figure.seek('A.commit');
\`\`\`
`;

/** Makes the package rebind-figure in dist/embed: one ES module, its types, what npm wants. */
export async function buildEmbed(logLevel) {
  const { build } = await import('vite');
  const out = join(root, 'dist/embed');
  await build({
    root,
    logLevel,
    configFile: false,
    publicDir: false,
    build: {
      target: 'es2022',
      outDir: out,
      lib: { entry: join(root, 'src/embed/index.ts'), formats: ['es'], fileName: () => 'rebind-figure.js' },
      minify: 'terser',
    },
  });
  const types = join(out, 'types');
  const { code, output } = await runTool('typescript/bin/tsc', [
    'src/embed/index.ts',
    ...DTS,
    '--outDir',
    types,
  ]);
  if (code !== 0) throw new Error(`types of the element: ${tail(output, 8)}`);
  for (const file of readdirSync(types)) {
    const text = readFileSync(join(types, file), 'utf8');
    writeFileSync(join(types, file), text.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  }
  const { version, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const manifest = {
    name: 'rebind-figure',
    version,
    license,
    description: 'A figure of Rebind in your page, and what drives it.',
    type: 'module',
    main: 'rebind-figure.js',
    types: 'types/index.d.ts',
    exports: { '.': { types: './types/index.d.ts', default: './rebind-figure.js' } },
    files: ['rebind-figure.js', 'types'],
    sideEffects: true,
  };
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(out, 'README.md'), README);
  cpSync(join(root, 'LICENSE'), join(out, 'LICENSE'));
}
