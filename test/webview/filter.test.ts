import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FilterVocabulary } from '../../src/core/page/filter-vocabulary.ts';
import type { FromPage } from '../../src/protocol/page-messages.ts';
import { applyCompletion, complete } from '../../webview/completion.ts';
import { createFilter, toggleTerms } from '../../webview/filter.ts';
import { createSocketSource } from '../../webview/socket-source.ts';
import { readViewState, type ViewState } from '../../webview/view-state.ts';

test('a term is added, takes the place of one of its field, and is taken away again', () => {
  assert.equal(toggleTerms('', 'pid:185'), 'pid:185');
  assert.equal(toggleTerms('state:close-wait pid:1', 'pid:185'), 'state:close-wait pid:185');
  assert.equal(toggleTerms('state:close-wait pid:185', 'pid:185'), 'state:close-wait');
  assert.equal(toggleTerms('java', 'pid:185'), 'java pid:185');
  const minisocks = 'state:fin-wait2 -state:minisock';
  assert.equal(toggleTerms('state:listen rxq>0', minisocks), `rxq>0 ${minisocks}`);
  assert.equal(toggleTerms(minisocks, 'state:listen'), 'state:listen');
  assert.equal(toggleTerms('pod:"a b" x', 'pod:"a b"'), 'x');
});

function newFilter() {
  let view: ViewState = readViewState(undefined);
  const posted: string[] = [];
  const filter = createFilter({
    view: () => view,
    remember: (change) => {
      view = { ...view, ...change };
    },
    post: (message) => posted.push(message.type === 'filter' ? message.filter : message.type),
  });
  return { filter, posted, view: () => view };
}

test('the history of filters goes back and forward, and letters that were typed are no steps of it', () => {
  const { filter, posted, view } = newFilter();
  filter.show('sta');
  filter.show('state:listen');
  filter.choose('state:listen');
  filter.toggle('pid:1');
  assert.deepEqual(view().past, ['', 'state:listen']);
  filter.step('back');
  assert.equal(filter.text(), 'state:listen');
  filter.step('back');
  assert.equal(filter.text(), '');
  assert.equal(filter.canStep('back'), false);
  filter.step('forward');
  filter.step('forward');
  assert.equal(filter.text(), 'state:listen pid:1');
  assert.equal(filter.canStep('forward'), false);
  filter.step('back');
  filter.choose('x');
  assert.equal(filter.canStep('forward'), false, 'a new filter ends what was ahead');
  assert.deepEqual(posted.slice(0, 3), ['sta', 'state:listen', 'state:listen pid:1']);
});

test('the answer to an earlier filter is dropped', () => {
  const { filter } = newFilter();
  const heard: string[] = [];
  const shown: string[] = [];
  filter.watch(() => shown.push(filter.text()));
  filter.listen((view) => heard.push(view.filter));
  filter.show('a');
  filter.show('ab');
  const matched = { sockets: 0, miniSockets: 0 };
  filter.answer({ filter: 'a', problems: [], matched, views: null });
  filter.answer({ filter: 'ab', problems: [], matched, views: null });
  assert.deepEqual(heard, ['ab']);
  assert.deepEqual(shown, ['a', 'ab'], 'the text itself is shown before its answer');
});

const vocabulary: FilterVocabulary = {
  fields: [
    { name: 'state', kind: 'text', help: 'TCP state' },
    { name: 'pid', kind: 'number', help: 'Process' },
    { name: 'rxq', kind: 'bytes', help: 'Recv-Q' },
  ],
  values: [
    {
      field: 'state',
      values: [
        { text: 'close-wait', detail: '5' },
        { text: 'listen', detail: '2' },
      ],
    },
    { field: 'pod', values: [{ text: 'shop/web 1', detail: '' }] },
  ],
};

const labels = (text: string) => complete(text, text.length, vocabulary).map(({ label }) => label);

test('fields are completed first, then their values', () => {
  assert.deepEqual(labels(''), ['state:', 'pid:', 'rxq>']);
  assert.deepEqual(labels('s'), ['state:']);
  assert.deepEqual(labels('pid:1 -st'), ['state:']);
  assert.deepEqual(labels('state:'), ['close-wait', 'listen']);
  assert.deepEqual(labels('state:wait'), ['close-wait'], 'the middle of a value counts too');
  assert.deepEqual(labels('state:listen,cl'), ['close-wait']);
  assert.deepEqual(labels('state!=cl'), ['close-wait']);
  assert.deepEqual(labels('STATE:cl'), ['close-wait']);
  assert.deepEqual(labels('pod:"x,y",sh'), ['shop/web 1'], 'a comma in quotes ends no value');
  assert.deepEqual(labels('pod:"shop/web '), ['shop/web 1']);
  assert.deepEqual(labels('state>cl'), [], 'behind a bound there is no list');
  assert.deepEqual(labels('rxq>'), []);
});

test('a completion takes the place of what was typed, at the cursor', () => {
  const at = (text: string, cursor: number) => {
    const [first] = complete(text, cursor, vocabulary);
    assert.ok(first !== undefined);
    return applyCompletion(text, first);
  };
  assert.deepEqual(at('st', 2), { text: 'state:', cursor: 6 });
  assert.deepEqual(at('-state:cl pid:1', 9), { text: '-state:close-wait pid:1', cursor: 17 });
  assert.deepEqual(at('pod:sh', 6), { text: 'pod:"shop/web 1" ', cursor: 17 });
  assert.deepEqual(at('pod:"shop', 9), { text: 'pod:"shop/web 1" ', cursor: 17 });
});

test('rows of the table of sockets are asked for a chunk at a time, and late ones of another order are dropped', () => {
  const posted: Extract<FromPage, { type: 'sockets' }>[] = [];
  let changes = 0;
  const source = createSocketSource(
    (message) => {
      if (message.type === 'sockets') posted.push(message);
    },
    () => changes++,
  );
  const order = { column: null, descending: false };
  source.reset('', order);
  const chunk = posted[0]?.count ?? 0;
  assert.equal(source.row(chunk - 1), undefined);
  assert.equal(posted.length, 1, 'all of one chunk was asked for at once');
  assert.equal(source.row(chunk + 3), undefined);
  assert.equal(source.row(chunk + 4), undefined);
  assert.deepEqual(
    posted.map(({ first }) => first),
    [0, chunk],
  );
  source.reset('pid:1', order);
  source.answer({ type: 'sockets', request: posted[1]?.request ?? 0, total: 9, first: chunk, rows: [] });
  assert.equal(source.total(), null);
  source.answer({ type: 'sockets', request: posted[2]?.request ?? 0, total: 4, first: 0, rows: [] });
  assert.equal(source.total(), 4);
  assert.equal(changes, 1);
});
