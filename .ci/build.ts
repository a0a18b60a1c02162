/** Bundles the extension, its worker, the page and the CLI into dist/. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string };

const shared: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  minify: process.env['SOCKSCOPE_MINIFY'] !== '0',
  // Kept beside the bundles and out of the VSIX; linked so that stack traces in development are readable.
  sourcemap: 'linked',
  logLevel: 'warning',
  metafile: true,
  define: { SOCKSCOPE_VERSION: JSON.stringify(version) },
};
// tar-stream is CommonJS: inside an ES module its require() of Node's modules needs a require.
const requireBanner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

rmSync(`${root}dist`, { recursive: true, force: true });
const results = await Promise.all([
  build({
    ...shared,
    entryPoints: ['src/cli/main.ts'],
    outfile: 'dist/cli.js',
    platform: 'node',
    format: 'esm',
    target: 'node20',
    banner: { js: requireBanner },
  }),
  build({
    ...shared,
    entryPoints: ['src/worker/worker.node.ts'],
    outfile: 'dist/worker.cjs',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  }),
  build({
    ...shared,
    entryPoints: ['src/extension/extension.node.ts'],
    outfile: 'dist/extension.cjs',
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
  }),
  build({
    ...shared,
    entryPoints: ['webview/main.ts'],
    outfile: 'dist/webview.js',
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
  }),
]);
chmodSync(`${root}dist/cli.js`, 0o755);
writeFileSync(
  `${root}dist/third-party-notices.txt`,
  notices(results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}))),
);

// npm links the commands of dependencies, not of the package itself; `npx sockscope` in the checkout needs this one.
mkdirSync(`${root}node_modules/.bin`, { recursive: true });
rmSync(`${root}node_modules/.bin/sockscope`, { force: true });
symlinkSync('../../dist/cli.js', `${root}node_modules/.bin/sockscope`);

/** Licences of the packages that are in the bundles. */
function notices(inputs: readonly string[]): string {
  const packages = new Set(
    inputs
      .map((input) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1])
      .filter((path) => path !== undefined),
  );
  return [...packages]
    .sort()
    .map((path) => noticeOf(`${root}${path}`))
    .join('\n\n');
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Record<
    string,
    string
  >;
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)/i.test(entry));
  const text = file === undefined ? '' : `\n\n${readFileSync(`${folder}/${file}`, 'utf8').trim()}`;
  return `${name} ${version} (${license})${text}\n${'-'.repeat(80)}`;
}
