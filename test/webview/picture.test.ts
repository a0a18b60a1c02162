import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composePicture } from '../../webview/picture/compose.ts';
import { type PictureNode, resolveElement, serializePicture } from '../../webview/picture/picture-node.ts';
import { plainColor } from '../../webview/picture/plain-color.ts';

const ask = (values: Readonly<Record<string, string>>) => (name: string) => values[name] ?? '';
const FAMILY = '"Segoe UI", sans-serif';

const colors = [
  ['rgb(241, 76, 76)', { color: '#f14c4c', alpha: 1 }],
  ['rgba(204, 204, 204, 0.38)', { color: '#cccccc', alpha: 0.38 }],
  ['rgb(204 204 204 / 38%)', { color: '#cccccc', alpha: 0.38 }],
  ['color(srgb 0.5 0.25 1 / 0.22)', { color: '#8040ff', alpha: 0.22 }],
  ['color(srgb 1 1 1)', { color: '#ffffff', alpha: 1 }],
  ['color(srgb 1.2 -0.1 2e-7)', { color: '#ff0000', alpha: 1 }],
  ['rgba(0, 0, 0, 0)', null],
  ['transparent', null],
  ['none', null],
  ['url("#hatch")', null],
] as const;
for (const [computed, expected] of colors) {
  test(`the colour ${computed} is ${expected === null ? 'none' : `${expected.color} at ${expected.alpha}`}`, () => {
    assert.deepEqual(plainColor(computed), expected);
  });
}

test('what a style sheet says of a shape becomes attributes, its colour variables literal colours', () => {
  const own = ask({ x: '1', y: '2', width: '3', height: '4', class: 'bar look-tcp', onclick: 'alert(1)' });
  const style = ask({
    fill: 'color(srgb 0 0.5 1 / 0.5)',
    'fill-opacity': '0.5',
    stroke: 'rgb(255, 0, 0)',
    'stroke-width': '1.5px',
    'stroke-dasharray': '3px, 2px',
    'stroke-linecap': 'butt',
    opacity: '0.55',
  });
  assert.deepEqual(resolveElement('rect', own, style, FAMILY), {
    x: '1',
    y: '2',
    width: '3',
    height: '4',
    opacity: '0.55',
    fill: '#0080ff',
    'fill-opacity': '0.25',
    stroke: '#ff0000',
    'stroke-width': '1.5',
    'stroke-dasharray': '3, 2',
  });
});

test('a hatch and an arrow head stay references into the picture', () => {
  const style = ask({ fill: 'url("#hatch-bad")', stroke: 'none' });
  assert.deepEqual(resolveElement('path', ask({ d: 'M0 0', 'marker-end': 'url(#arrow)' }), style, FAMILY), {
    d: 'M0 0',
    'marker-end': 'url(#arrow)',
    fill: 'url(#hatch-bad)',
  });
});

test('a reference to another document is none', () => {
  for (const reference of ['url(https://example.org/a.svg#b)', 'url("//example.org#b")']) {
    const style = ask({ fill: reference, stroke: 'none' });
    assert.deepEqual(resolveElement('rect', ask({ 'clip-path': reference }), style, FAMILY), { fill: 'none' });
    assert.equal(serializePicture({ tag: 'rect', attributes: { fill: reference }, children: [] }), '<rect/>');
  }
});

test('a text has its font, and names the family only where it is not that of the picture', () => {
  const style = { fill: 'rgb(0, 0, 0)', stroke: 'none', 'font-size': '12px', 'font-weight': '600' };
  const plain = resolveElement('text', ask({ x: '1' }), ask({ ...style, 'font-family': FAMILY }), FAMILY);
  assert.deepEqual(plain, { x: '1', fill: '#000000', 'font-size': '12', 'font-weight': '600' });
  const mono = resolveElement('text', ask({}), ask({ ...style, 'font-family': 'monospace' }), FAMILY);
  assert.equal(mono['font-family'], 'monospace');
});

test('only elements and attributes of a picture are written, whatever the tree holds', () => {
  const node: PictureNode = {
    tag: 'g',
    attributes: {
      onload: 'alert(1)',
      style: 'fill:url(//x)',
      href: 'https://x',
      fill: 'url(//x#y)',
      id: 'a"><script>',
    },
    children: [
      { tag: 'script', attributes: {}, children: ['alert(1)'] },
      { tag: 'foreignObject', attributes: {}, children: ['a'] },
      { tag: 'image', attributes: { href: 'https://x' }, children: [] },
      { tag: 'text', attributes: { x: '1' }, children: ['</text><script>alert("&")</script>'] },
    ],
  };
  assert.equal(
    serializePicture(node),
    '<g id="a&quot;&gt;&lt;script&gt;"><text x="1">&lt;/text&gt;&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;</text></g>',
  );
});

test('letters that XML cannot hold become the replacement mark, those of any script stay', () => {
  assert.equal(serializePicture('a\u0000b\u001fc\ud800d\uffffe'), 'a\ufffdb\ufffdc\ufffdd\ufffde');
  assert.equal(serializePicture('代理 🦀 \ttab'), '代理 🦀 \ttab');
});

const drawing = {
  width: 600,
  height: 100,
  family: FAMILY,
  colors: { ground: '#1f1f1f', text: '#cccccc', dim: '#9d9d9d' },
  patterns: [],
  shapes: [{ tag: 'rect', attributes: { x: '0' }, children: [] }],
};
const measure = (text: string) => text.length * 6;

test('the title says which section of which node, when it was captured, and by whom', () => {
  const caption = { section: 'TCP <memory>', node: 'node-7', captured: 'captured 2026-11-23 05:20:01 UTC' };
  const { root, width, height } = composePicture(caption, drawing, measure);
  const svg = serializePicture(root);
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="632" /);
  assert.match(svg, /<rect width="632" height="\d+" fill="#1f1f1f"\/>/);
  assert.match(svg, />TCP &lt;memory&gt;<\/text>/);
  assert.match(svg, />node-7 · captured 2026-11-23 05:20:01 UTC · Sockscope<\/text>/);
  assert.ok(width === 632 && height > 132);
});

test('in a narrow picture the title line is broken, not cut', () => {
  const caption = {
    section: 'TCP memory',
    node: 'node-with-a-long-name',
    captured: 'captured 2026-11-23 05:20:01 UTC',
  };
  const { root } = composePicture(caption, { ...drawing, width: 100 }, measure);
  const texts = root.children.flatMap((child) =>
    typeof child !== 'string' && child.tag === 'text' ? child.children : [],
  );
  assert.equal(texts.slice(1).join(' '), 'node-with-a-long-name · captured 2026-11-23 05:20:01 UTC · Sockscope');
  assert.ok(texts.length > 2);
});

test('without a capture time the title has no hole', () => {
  const { root } = composePicture({ section: 'a', node: 'b', captured: '' }, drawing, measure);
  assert.match(serializePicture(root), />b · Sockscope</);
});
