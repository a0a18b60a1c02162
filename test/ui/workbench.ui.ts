import assert from 'node:assert/strict';
import type { UiTest } from './ui-test.ts';

const themeClasses = { dark: 'vs-dark', light: 'vs', hc: 'hc-black', 'hc-light': 'hc-light' } as const;

export const uiTests: readonly UiTest[] = [
  {
    name: 'the workbench shows in the theme asked for',
    async run({ page, theme, screenshot }) {
      const classes = await page.locator('.monaco-workbench').getAttribute('class');
      assert.ok(classes?.split(' ').includes(themeClasses[theme]), `classes: ${classes}`);
      await screenshot('workbench');
    },
  },
];
