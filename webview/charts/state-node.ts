/** One box of the state graph: name, count, share of all TCP sockets, what it queues. */
import type { StateView } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import { iconAt } from '../icons.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { fitText } from './measure.ts';
import { paint } from './paint.ts';
import { asButton, group, hint, labels, type Pen, rect, write } from './pen.ts';
import type { Box } from './roving.ts';
import { GHOSTS, stateTitle } from './states-layout.ts';

const say = defineMessages('webview-state-node', {
  changed: '{change} in {time, number, duration}',
  v6: 'v6 {sockets, number}',
});

const PAD = 10;

interface NodeOptions {
  readonly total: number;
  readonly selected: boolean;
  readonly stage: Stage;
}

const isHot = (state: StateView): boolean => state.tone === 'bad' || state.tone === 'warn';

function classes(state: StateView): string {
  const parts = ['state', `tone-${state.tone}`];
  if (state.count === 0) parts.push('zero');
  if (GHOSTS.has(state.id)) parts.push('ghost');
  return parts.join(' ');
}

/** How the count moved between the two moments of the bundle: `▲ 215`; empty where there is only one. */
function changeText({ change }: StateView): string {
  if (change === null) return '';
  const moved = change.after - change.before;
  return moved === 0 ? '=' : `${moved > 0 ? '▲' : '▼'} ${words.count(Math.abs(moved))}`;
}

function changeName(state: StateView): string {
  const { change } = state;
  return change === null ? '' : words.text(say.changed({ change: changeText(state), time: change.seconds }));
}

const v6Text = (state: StateView) => words.text(say.v6({ sockets: state.v6 }));

/** Begins with the text that is seen, in its order. */
function nodeName(state: StateView, total: number): string {
  const counted = !GHOSTS.has(state.id) && state.count > 0;
  const share = counted ? words.share(state.count, total) : '';
  const v6 = counted ? v6Text(state) : '';
  const seen = [stateTitle(state.id), words.count(state.count), changeName(state), share, state.hint, v6];
  return seen.filter((part) => part !== '').join(' ');
}

function drawGround(pen: Pen, state: StateView, box: Box): void {
  const ring = { x: box.x - 4, y: box.y - 4, width: box.width + 8, height: box.height + 8 };
  rect(pen, ring, 'ring').attr('rx', 6);
  const ground = rect(pen, { x: box.x + 0.5, y: box.y + 0.5, width: box.width - 1, height: box.height - 1 }, 'ground');
  ground.attr('rx', 3);
  if (state.tone === 'bad') paint(ground, 'wash');
}

/** The biggest size, out of three, at which the count still fits beside its share. */
function countSize(text: string, max: number, hot: boolean, stage: Stage): number {
  const sizes = hot ? [20, 17, 13] : [17, 13];
  return sizes.find((size) => stage.measure(text, size, 600) <= max) ?? 11;
}

function drawCount(pen: Pen, state: StateView, box: Box, options: NodeOptions): void {
  const { stage, total } = options;
  const ghost = GHOSTS.has(state.id);
  const sign = ghost && isHot(state) ? 18 : 0;
  const inner = box.width - 2 * PAD - sign;
  const counted = !ghost && state.count > 0 && total > 0;
  const share = counted ? words.share(state.count, total) : '';
  const number = words.count(state.count);
  const shareWidth = share === '' ? 0 : stage.measure(share, 12) + 8;
  const size = countSize(number, inner - shareWidth, state.tone === 'bad', stage);
  const text = fitText(number, inner, (piece) => stage.measure(piece, size, 600));
  const roomy = stage.measure(text, size, 600) + shareWidth <= inner;
  write(pen, box.x + PAD, box.y + 38, text, `number number-${size}`);
  const from = stage.measure(text, size, 600) + 8;
  const change = changeText(state);
  const changeWidth = change === '' ? 0 : stage.measure(change, 11);
  const both = from + changeWidth + shareWidth <= inner;
  if (change !== '' && (both || from + changeWidth <= inner))
    write(pen, box.x + PAD + from, box.y + 38, change, 'small change');
  // Without room for both the bar below has the share.
  if (share !== '' && roomy && (both || change === ''))
    write(pen, box.x + box.width - PAD, box.y + 38, share, 'share', 'end');
  if (!counted) return;
  rect(pen, { x: box.x + PAD, y: box.y + 45, width: inner, height: 4 }, 'track');
  const length = Math.max(2, Math.min(1, state.count / total) * inner);
  rect(pen, { x: box.x + PAD, y: box.y + 45, width: length, height: 4 }, 'fill');
}

function drawHint(pen: Pen, state: StateView, box: Box, stage: Stage): void {
  const small = (text: string) => stage.measure(text, 11);
  const line = fitText(state.hint, box.width - 2 * PAD + 4, small);
  const y = box.y + box.height - 9;
  write(pen, box.x + PAD, y, line, 'small sub');
  const v6 = v6Text(state);
  const room = box.width - 2 * PAD - small(line) - 8;
  if (state.count > 0 && !GHOSTS.has(state.id) && small(v6) <= room) {
    write(pen, box.x + box.width - PAD, y, v6, 'small sub', 'end');
  }
}

/** The sign of a fault; a ghost has no share beside its count, so there it leaves the long name its line. */
function drawSign(pen: Pen, state: StateView, box: Box): void {
  const element = pen.node();
  if (element === null || !isHot(state)) return;
  const y = box.y + (GHOSTS.has(state.id) ? 25 : 5);
  iconAt(element, state.tone === 'bad' ? 'bad' : 'warn', box.x + box.width - 24, y, `tone-${state.tone}`);
}

/** Draws the box; the element is what the keyboard walks. */
export function drawStateNode(pen: Pen, state: StateView, box: Box, options: NodeOptions): SVGGElement | null {
  const { stage, selected, total } = options;
  const node = group(pen, classes(state));
  const button = group(node, selected ? 'stop selected' : 'stop');
  drawGround(button, state, box);
  hint(button, nodeName(state, total));
  button.attr('aria-pressed', selected ? 'true' : 'false');
  const texts = labels(node);
  const nameRoom = box.width - 2 * PAD - (isHot(state) && !GHOSTS.has(state.id) ? 18 : 0);
  const title = fitText(stateTitle(state.id), nameRoom, (text) => stage.measure(text, 12, 600));
  write(texts, box.x + PAD, box.y + 17, title, 'name');
  drawSign(texts, state, box);
  drawCount(texts, state, box, options);
  drawHint(texts, state, box, stage);
  return asButton(button, nodeName(state, total));
}
