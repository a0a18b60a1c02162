import assert from 'node:assert/strict';
import { suite, test } from 'mocha';
import { extensions, version } from 'vscode';

suite('host', () => {
  test('is a VS Code', () => {
    assert.match(version, /^\d+\.\d+\.\d+/);
  });

  test('knows the extension', () => {
    assert.ok(extensions.getExtension('sockscope.sockscope'));
  });
});
