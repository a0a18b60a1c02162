#!/usr/bin/env node
// The "VS Code executable" for @vscode/test-electron where none can be downloaded. A program needs a name that the
// kernel can start; what it does is in code-shim.ts.
import './code-shim.ts';
