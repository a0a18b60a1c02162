// What a test of the user interface is: test/ui/*.ui.ts export an array of them as `uiTests`.

import type { Page } from 'playwright-core';
import type { Host } from '../host/host.ts';
import type { ThemeName } from '../host/settings.ts';

/** What a test gets: a workbench with a workspace of sample bundles, and no editor open. */
export interface UiContext {
  readonly page: Page;
  readonly host: Host;
  readonly theme: ThemeName;
  /** The folder that is open, a copy that tests may change. */
  readonly workspace: string;
  /** Saves .tsbuild/screenshots/<name>-<theme>.png. */
  screenshot(name: string): Promise<void>;
}

/** One test; it fails by throwing. */
export interface UiTest {
  readonly name: string;
  /** The colour themes to run in; all unless given. */
  readonly themes?: readonly ThemeName[];
  run(context: UiContext): Promise<void>;
}
