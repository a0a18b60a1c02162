/** The page of a bundle as a custom editor: the document is the session, closed with its last editor. */
import * as vscode from 'vscode';
import { parseFromPage } from '../../protocol/check.ts';
import type { FromPage, HistoryStep, ToPage } from '../../protocol/page-messages.ts';
import type { Params } from '../../protocol/worker-messages.ts';
import { latest } from '../editor/latest.ts';
import { savePicture } from '../export/save-picture.ts';
import { reasonOf, words } from '../words.ts';
import type { BundleSession, SessionState } from './bundle-session.ts';
import { describeStep, firstFinding, whatNext } from './loading-texts.ts';
import { openEvidence } from './open-evidence.ts';
import { pageHtml } from './page-html.ts';
import type { SessionStore } from './session-store.ts';

export const BUNDLE_VIEW = 'sockscope.bundle';
export const ARCHIVE_VIEW = 'sockscope.archive';

class BundleDocument implements vscode.CustomDocument {
  readonly uri: vscode.Uri;
  readonly session: BundleSession;
  readonly #close: () => void;

  constructor(session: BundleSession, close: () => void) {
    this.uri = session.uri;
    this.session = session;
    this.#close = close;
  }

  dispose(): void {
    this.#close();
  }
}

export class BundleEditor implements vscode.CustomReadonlyEditorProvider<BundleDocument> {
  readonly #store: SessionStore;
  readonly #extensionUri: vscode.Uri;
  readonly #log: vscode.LogOutputChannel;
  /** What pages complained about: the tests demand that it stays empty. */
  readonly troubles: string[] = [];
  /** The way to the page that is looked at. */
  #sendToActive: ((message: ToPage) => void) | null = null;

  constructor(store: SessionStore, extensionUri: vscode.Uri, log: vscode.LogOutputChannel) {
    this.#store = store;
    this.#extensionUri = extensionUri;
    this.#log = log;
  }

  openCustomDocument(uri: vscode.Uri): BundleDocument {
    const session = this.#store.openSession(uri);
    return new BundleDocument(session, () => this.#store.closeSession(session));
  }

  resolveCustomEditor(document: BundleDocument, panel: vscode.WebviewPanel): void {
    const { session } = document;
    const { webview } = panel;
    webview.options = {
      enableScripts: true,
      localResourceRoots: [
        vscode.Uri.joinPath(this.#extensionUri, 'dist'),
        vscode.Uri.joinPath(this.#extensionUri, 'media'),
      ],
    };
    // Until the page says that it listens, messages would be lost.
    let listening = false;
    const send = (message: ToPage) => {
      if (listening) void webview.postMessage(message);
    };
    const filter = latest(async (text: string) => send({ type: 'filtered', view: await session.filter(text) }));
    const subscriptions = [
      session.onDidChangeState((state) => send(toMessage(session, state))),
      webview.onDidReceiveMessage((raw) => {
        const message = parseFromPage(raw);
        if (message === undefined) {
          this.#log.warn('A message of the page was refused.');
          return;
        }
        if (message.type === 'ready') listening = true;
        if (message.type === 'filter') void filter(message.filter).then(undefined, (error) => this.#fail(error));
        else this.#take(message, session, send);
      }),
      panel.onDidChangeViewState(() => {
        if (!panel.active) return;
        this.#store.setActive(session);
        this.#sendToActive = send;
      }),
    ];
    if (panel.active) this.#sendToActive = send;
    panel.onDidDispose(() => {
      listening = false;
      if (this.#sendToActive === send) this.#sendToActive = null;
      for (const subscription of subscriptions) subscription.dispose();
    });
    webview.html = pageHtml(webview, this.#extensionUri);
  }

  /** Goes through the filters that the page had; at their end VS Code's own history goes on. */
  stepFilter(step: HistoryStep): void {
    this.#sendToActive?.({ type: 'history', step });
  }

  #take(message: Exclude<FromPage, { type: 'filter' }>, session: BundleSession, send: (message: ToPage) => void): void {
    switch (message.type) {
      case 'ready':
        send(toMessage(session, session.state));
        return;
      case 'openEvidence': {
        const place = session.placeOf(message.id);
        if (place !== undefined) void openEvidence(session, place).then(undefined, (error) => this.#fail(error));
        return;
      }
      case 'showNode':
        void session.showNode(message.index);
        return;
      case 'sockets':
      case 'openSocket':
        void answerQuery(message, session, send).then(undefined, (error) => this.#fail(error));
        return;
      case 'navigate':
        void vscode.commands.executeCommand(
          message.step === 'back' ? 'workbench.action.navigateBack' : 'workbench.action.navigateForward',
        );
        return;
      case 'exportMarkdown':
        void vscode.commands.executeCommand('sockscope.exportMarkdown', session.uri);
        return;
      case 'copySummary':
        void vscode.commands.executeCommand('sockscope.copySummary', session.uri);
        return;
      case 'copyVerdict':
        void this.#copy(async () => (await session.ready()).opened.summary.verdict.paragraph).then(send);
        return;
      case 'copyText':
        void this.#copy(async () => message.text).then(send);
        return;
      case 'copySockets': {
        const { filter, order, format } = message;
        void this.#copySockets(session, { filter, order, format }).then(send);
        return;
      }
      case 'savePicture':
        void savePicture(session, message).then(send);
        return;
      case 'cancel':
        session.cancel();
        return;
      case 'retry':
        void session.retry();
        return;
      case 'trouble':
        this.troubles.push(message.message);
        this.#log.error(`page: ${message.message}`);
    }
  }

  async #copySockets(session: BundleSession, params: Params<'socketText'>): Promise<ToPage> {
    let rows = 0;
    let total = 0;
    const answer = await this.#copy(async () => {
      const copied = await session.ask('socketText', params);
      ({ rows, total } = copied);
      return copied.text;
    });
    if (answer.type !== 'copied' || !answer.ok || rows === total) return answer;
    return {
      ...answer,
      message: vscode.l10n.t('Copied the first {0} of {1} rows', words().count(rows), words().count(total)),
    };
  }

  /** Told on the page, beside the button: a status bar message is easily missed, a toast is too much. */
  async #copy(text: () => Promise<string>): Promise<ToPage> {
    try {
      await vscode.env.clipboard.writeText(await text());
      return { type: 'copied', ok: true, message: vscode.l10n.t('Copied') };
    } catch (error) {
      this.#log.error(reasonOf(error));
      return { type: 'copied', ok: false, message: vscode.l10n.t('The clipboard did not take it.') };
    }
  }

  #fail(error: unknown): void {
    const message = reasonOf(error);
    this.#log.error(message);
    void vscode.window.showErrorMessage(vscode.l10n.t('The entry could not be opened: {0}', message));
  }
}

type QueryMessage = Extract<FromPage, { type: 'sockets' | 'openSocket' }>;

async function answerQuery(
  message: QueryMessage,
  session: BundleSession,
  send: (message: ToPage) => void,
): Promise<void> {
  switch (message.type) {
    case 'sockets': {
      const { type, request, ...window } = message;
      send({ type, request, ...(await session.ask('sockets', window)) });
      return;
    }
    case 'openSocket': {
      const place = await session.ask('socketPlace', { item: message.item });
      if (place !== null) await openEvidence(session, place);
    }
  }
}

function toMessage(session: BundleSession, state: SessionState): ToPage {
  switch (state.kind) {
    case 'loading':
      return {
        type: 'loading',
        name: session.name,
        step: describeStep(state.progress?.step ?? 'reading'),
        bytesRead: state.progress?.packedBytesRead ?? 0,
        bytesTotal: state.progress?.packedBytes ?? 0,
        finding: firstFinding(state.progress?.log ?? []),
      };
    case 'ready':
      return { type: 'page', model: state.opened.page };
    case 'failed':
      return {
        type: 'failed',
        message: state.message,
        next: whatNext(state.code),
        cancelled: state.code === 'cancelled',
      };
  }
}
