/** How the unread bytes are spread over the sockets of a state. */
import { scaleLinear } from 'd3';
import type { HistogramBin } from '../../src/core/page/page-model.ts';
import { defineMessages } from '../../src/core/wording/define-messages.ts';
import type { Stage } from '../stage.ts';
import { words } from '../words.ts';
import { labelEvery } from './measure.ts';
import { paint } from './paint.ts';
import { group, hint, line, openChart, rect, write } from './pen.ts';

const say = defineMessages('webview-histogram', {
  name: 'Unread bytes per socket. {bins}',
  bin: '{from, number, bytes} to {to, number, bytes}: {sockets, plural, one {# socket} other {# sockets}}',
});

const HEIGHT = 44;

/** A picture for the eye: the counts are in its name, so nothing in it has to be walked. */
export function drawHistogram(
  place: HTMLElement,
  width: number,
  bins: readonly HistogramBin[],
  bad: boolean,
  stage: Stage,
): void {
  const sayBin = ({ from, to, count }: HistogramBin) => say.bin({ from, to, sockets: count });
  const pen = openChart(place, width, HEIGHT + 18, words.text(say.name({ bins: bins.map(sayBin) })));
  const tallest = Math.max(1, ...bins.map((bin) => bin.count));
  const height = scaleLinear([0, tallest], [0, HEIGHT]);
  const step = width / Math.max(1, bins.length);
  const widest = Math.max(0, ...bins.map((bin) => stage.measure(words.bytes(bin.from), 11)));
  const every = labelEvery(bins.length, width, widest);
  for (const [index, bin] of bins.entries()) {
    const tall = bin.count === 0 ? 0 : Math.max(1, height(bin.count));
    const part = group(pen, 'bin');
    const box = { x: index * step + 1, y: HEIGHT - tall, width: Math.max(1, step - 2), height: tall };
    paint(rect(part, box, ''), bad ? 'bad' : 'tint');
    hint(part, words.text(sayBin(bin)));
    const from = words.bytes(bin.from);
    const fits = index * step + stage.measure(from, 11) <= width;
    if (index % every === 0 && fits) write(pen, index * step, HEIGHT + 13, from, 'dim small');
  }
  line(pen, 0, HEIGHT + 0.5, width, HEIGHT + 0.5, 'base');
}
