/** Makes the .vsix and checks what is in it: nothing missing, nothing more, not too large. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createVSIX, listFiles, PackageManager } from '@vscode/vsce';

const root = fileURLToPath(new URL('..', import.meta.url));
const { name, version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { name: string; version: string };

/** What the extension needs packs to about 400 KB, and the CLI, which has the analysis once more, to 100 KB. */
const MAX_BYTES = 640 * 1024;

const EXPECTED = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'dist/cli.js',
  'dist/extension.cjs',
  'dist/third-party-notices.txt',
  'dist/webview.js',
  'dist/worker.cjs',
  'l10n/bundle.l10n.zh-cn.json',
  'media/collect-daemonset.yaml',
  'media/collect.sh',
  'media/dmesg.tmLanguage.json',
  'media/icon.png',
  'media/page.css',
  'media/report.schema.json',
  'package.json',
  'package.nls.json',
  'package.nls.zh-cn.json',
  ...readdirSync(`${root}media/icons`).map((file) => `media/icons/${file}`),
  ...readdirSync(`${root}media/log`).map((file) => `media/log/${file}`),
  ...readdirSync(`${root}media/rules`).map((file) => `media/rules/${file}`),
];

const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
assert.deepEqual([...files].sort(), [...EXPECTED].sort());

const packagePath = `${root}${name}-${version}.vsix`;
process.chdir(root);
// The README has no relative link or image; vsce wants to know where they would lead all the same.
await createVSIX({
  cwd: root,
  packagePath,
  dependencies: false,
  baseContentUrl: 'https://example.invalid/',
  baseImagesUrl: 'https://example.invalid/',
});
const { size } = statSync(packagePath);
assert.ok(size <= MAX_BYTES, `${packagePath} has ${size} bytes, more than ${MAX_BYTES}`);
console.log(`${name}-${version}.vsix: ${files.length} files, ${size} bytes`);
