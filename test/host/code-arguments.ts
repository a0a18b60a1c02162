// The desktop's command line, as far as tests use it.

import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What a desktop VS Code was asked to do. Paths are absolute. */
export interface CodeArguments {
  /** File, folder or .code-workspace to open. */
  readonly path: string | undefined;
  readonly extensionDevelopmentPath: readonly string[];
  readonly extensionTestsPath: string | undefined;
  readonly extensionsDir: string | undefined;
  readonly userDataDir: string | undefined;
  readonly locale: string | undefined;
  readonly trustWorkspaces: boolean;
  readonly version: boolean;
}

const options = {
  extensionDevelopmentPath: { type: 'string', multiple: true },
  extensionTestsPath: { type: 'string' },
  'extensions-dir': { type: 'string' },
  'user-data-dir': { type: 'string' },
  locale: { type: 'string' },
  'disable-workspace-trust': { type: 'boolean' },
  version: { type: 'boolean' },
} as const;

/** Reads the command line; what a test does not need (--no-sandbox, --skip-welcome …) is ignored. */
export function parseCodeArguments(argv: readonly string[]): CodeArguments {
  const { values, positionals } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true });
  const texts = (value: unknown) => [value].flat().filter((item) => typeof item === 'string');
  const text = (value: unknown) => texts(value)[0];
  const path = (value: unknown) => texts(value).map((item) => resolve(item))[0];
  return {
    path: path(positionals),
    extensionDevelopmentPath: texts(values.extensionDevelopmentPath).map((item) => resolve(item)),
    extensionTestsPath: path(values.extensionTestsPath),
    extensionsDir: path(values['extensions-dir']),
    userDataDir: path(values['user-data-dir']),
    locale: text(values.locale),
    trustWorkspaces: values['disable-workspace-trust'] === true,
    version: values.version === true,
  };
}
