/**
 * The only door to the webview toolkit: registers what the page uses and makes the elements.
 * Badge, tag and progress ring get templates of our own, because those of the toolkit (1.4.0, 2023-12-06) bind a style
 * attribute, which the content security policy refuses.
 */
import { css, html } from '@microsoft/fast-element';
import {
  provideVSCodeDesignSystem,
  vsCodeBadge,
  vsCodeButton,
  vsCodeProgressRing,
  vsCodeTag,
} from '@vscode/webview-ui-toolkit';
import { append } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';
import { type Scope, scopeText } from '../scope.ts';

const label = html`<template><div class="control" part="control"><slot></slot></div></template>`;

/** The toolkit writes tags in capitals; ours are words of a sentence. */
const tagStyles = css`
  :host {
    display: inline-block;
    font: 11px/14px var(--vscode-font-family);
  }
  .control {
    padding: 0 5px;
    border: 1px solid var(--rule);
    border-radius: 3px;
    color: var(--vscode-descriptionForeground);
    white-space: nowrap;
  }
`;

const ring = html`
  <template>
    <div class="progress" part="progress" slot="indeterminate">
      <svg class="progress" part="progress" viewBox="0 0 16 16" aria-hidden="true">
        <circle class="background" part="background" cx="8px" cy="8px" r="7px"></circle>
        <circle class="indeterminate-indicator-1" part="indeterminate-indicator-1" cx="8px" cy="8px" r="7px"></circle>
      </svg>
    </div>
  </template>
`;

export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeBadge({ template: label }),
    vsCodeTag({ template: label, styles: tagStyles }),
    vsCodeProgressRing({ template: ring }),
  );
}

export function actionButton(text: string, picture: IconName, primary: boolean, act: () => void): HTMLElement {
  const button = document.createElement('vscode-button');
  button.setAttribute('appearance', primary ? 'primary' : 'secondary');
  const image = icon(picture);
  image.setAttribute('slot', 'start');
  append(button, [image, text]);
  button.addEventListener('click', act);
  return button;
}

export function badge(text: string): HTMLElement {
  const element = document.createElement('vscode-badge');
  append(element, [text]);
  return element;
}

/** Says whether a number counts the node or a namespace. */
export function scopeTag(scope: Scope): HTMLElement {
  const element = document.createElement('vscode-tag');
  append(element, [scopeText(scope)]);
  return element;
}

/** Turns for as long as the size of the work is not known. */
export function progressRing(): HTMLElement {
  const element = document.createElement('vscode-progress-ring');
  // The element gives itself role=alert and the name "Loading" when it is connected; the step beside it is the message.
  queueMicrotask(() => {
    element.setAttribute('role', 'presentation');
    element.removeAttribute('aria-live');
    element.removeAttribute('aria-label');
  });
  return element;
}
