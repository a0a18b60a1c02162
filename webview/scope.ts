/** What a number counts, in words. */
import { defineMessages } from '../src/core/wording/define-messages.ts';
import { words } from './words.ts';

const say = defineMessages('webview-scope', {
  scope: '{scope, select, node {node} namespace {namespace} other {pod}}',
});

export type Scope = 'node' | 'namespace' | 'pod';

export function scopeText(scope: Scope): string {
  return words.text(say.scope({ scope }));
}
