/** The page's end of the protocol: typed messages to the extension host, checked messages from it, remembered state. */
import { parseToPage } from '../src/protocol/check.ts';
import type { FromPage, ToPage } from '../src/protocol/page-messages.ts';
import { readViewState, type ViewState } from './view-state.ts';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Put on the page by VS Code; it may be called once. */
declare function acquireVsCodeApi(): VsCodeApi;

export interface Host {
  post(message: FromPage): void;
  trouble(what: string): void;
  readState(): ViewState;
  writeState(state: ViewState): void;
}

/** Longest report of trouble: it goes to a log, and a hostile bundle must not fill that. */
const MAX_TROUBLE = 2000;

/** Connects to the host, which hears of every violation of the content security policy and every uncaught error. */
export function connectHost(onMessage: (message: ToPage) => void): Host {
  const api = acquireVsCodeApi();
  const host: Host = {
    post: (message) => api.postMessage(message),
    trouble: (what) => api.postMessage({ type: 'trouble', message: what.slice(0, MAX_TROUBLE) } satisfies FromPage),
    readState: () => readViewState(api.getState()),
    writeState: (state) => api.setState(state),
  };
  reportTrouble(host);
  window.addEventListener('message', (event) => {
    const message = parseToPage(event.data);
    if (message === undefined) host.trouble('The page received a message that it does not understand.');
    else onMessage(message);
  });
  return host;
}

function reportTrouble(host: Host): void {
  document.addEventListener('securitypolicyviolation', (event) => {
    host.trouble(`Content security policy: ${event.effectiveDirective} blocked ${event.blockedURI || 'inline code'}`);
  });
  window.addEventListener('error', (event) => {
    host.trouble(`${event.message} (${event.filename}:${event.lineno}:${event.colno})`);
  });
  window.addEventListener('unhandledrejection', (event) => {
    host.trouble(`Unhandled rejection: ${String(event.reason)}`);
  });
}
