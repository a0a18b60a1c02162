// User settings that keep a VS Code quiet, so that a screen shows the extension and nothing else.

export type Settings = Readonly<Record<string, unknown>>;

/** No welcome page, no AI, no telemetry, no update checks, no Git. */
export const quietSettings: Settings = {
  'chat.disableAIFeatures': true,
  'editor.hover.delay': 100,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'git.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.menuBarVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/** Archives open in our editor without asking. */
export const archiveSettings: Settings = {
  'workbench.editorAssociations': {
    '*.tar.gz': 'sockscope.archive',
    '*.tgz': 'sockscope.archive',
    '*.tar': 'sockscope.archive',
  },
};

/** The colour themes every screen is tested in. */
export const colorThemes = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  hc: 'Default High Contrast',
  'hc-light': 'Default High Contrast Light',
} as const;

/** Short name of a colour theme, as in the names of screenshots. */
export type ThemeName = keyof typeof colorThemes;
