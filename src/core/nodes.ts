/** The nodes of one archive, judged one after the other: all are told of, and one is shown. */
import type { NodesFound } from './collect/collect.ts';
import type { RawFacts } from './collect/raw-facts.ts';
import type { NodeReport, Problem, Report } from './report/report.ts';
import type { Analysis } from './snapshot/analysis.ts';
import { cleanText } from './text.ts';
import { severityOf } from './verdict/severity.ts';
import { defineMessages } from './wording/define-messages.ts';

/** Thrown where no node is called so, or more than one. */
export class NoSuchNode extends Error {
  override readonly name = 'NoSuchNode';
  readonly nodes: readonly NodeReport[];

  constructor(nodes: readonly NodeReport[]) {
    super('No node of the archive is called so, or more than one.');
    this.nodes = nodes;
  }
}

interface Judged {
  readonly node: NodeReport;
  readonly severity: number;
  readonly evidence: number;
}

/** Takes one node after the other, the one with the most evidence first. Of all but one only the verdict is kept. */
export function judgeNodes(
  found: NodesFound,
  wanted: string | undefined,
  judge: (facts: RawFacts, problems: readonly Problem[]) => Analysis,
): Analysis {
  const problems = leftOut(found);
  const most = found.nodes[0]?.evidence ?? 0;
  const all: Judged[] = [];
  let shown: { readonly analysis: Analysis; readonly judged: Judged } | null = null;
  let isRoot = false;
  let named = 0;
  // What was read of a node is given up with it.
  for (let next = found.nodes.shift(); next !== undefined; next = found.nodes.shift()) {
    const analysis = judge(next.facts, problems);
    const judged = summarise(analysis.report, next.evidence, most);
    all.push(judged);
    const { name, root } = judged.node;
    if (wanted === undefined) {
      if (shown === null || compare(judged, shown.judged) < 0) shown = { analysis, judged };
    } else if (root === wanted || root === `${wanted}/`) {
      shown = { analysis, judged };
      isRoot = true;
    } else if (name === wanted && !isRoot) {
      shown ??= { analysis, judged };
      named++;
    }
  }
  const nodes = distinctNames(all.sort(compare).map(({ node }) => node));
  if (shown === null || (named > 1 && !isRoot)) throw new NoSuchNode(nodes);
  return withNodes(shown.analysis, nodes);
}

function summarise(report: Report, evidence: number, most: number): Judged {
  const { bundle, verdict, findings } = report;
  const folder = bundle.root.split('/').at(-2) ?? '';
  const node: NodeReport = {
    name: bundle.hostname || cleanText(folder) || bundle.name,
    root: bundle.root,
    // The worst comes first.
    level: findings[0]?.level ?? null,
    verdict,
  };
  return { node, severity: severityOf(report, evidence, most), evidence };
}

/** The worst first; of equally bad ones that with the most evidence, then by name. */
function compare(a: Judged, b: Judged): number {
  if (a.severity !== b.severity) return a.severity - b.severity;
  if (a.evidence !== b.evidence) return b.evidence - a.evidence;
  const [ofA, ofB] = [a, b].map(({ node }) => `${node.name}\n${node.root}`);
  return (ofA ?? '') < (ofB ?? '') ? -1 : 1;
}

function distinctNames(nodes: readonly NodeReport[]): readonly NodeReport[] {
  const counts = new Map<string, number>();
  for (const { name } of nodes) counts.set(name, (counts.get(name) ?? 0) + 1);
  return nodes.map((node) =>
    counts.get(node.name) === 1 ? node : { ...node, name: `${node.name} (${cleanText(node.root) || './'})` },
  );
}

function withNodes({ report, snapshot }: Analysis, nodes: readonly NodeReport[]): Analysis {
  const told = nodes.map((node) =>
    node.root === report.bundle.root ? node : { ...node, verdict: { ...node.verdict, finding: null } },
  );
  return { report: { ...report, nodes: told }, snapshot };
}

const say = defineMessages('nodes', {
  tooLittle: 'what lies in this folder is too little to be a node, and was not analysed',
  beyondLimit: 'this node was not analysed: of one archive those with the most evidence are, up to {limit, number}',
  more: '{folders, plural, one {# more folder was} other {# more folders were}} not analysed',
});

/** Of each reason. */
const MAX_TOLD = 5;

/** What was read and belongs to no node that is judged. */
function leftOut({ fragments, beyondLimit, limit }: NodesFound): readonly Problem[] {
  const told = [
    ...fragments.slice(0, MAX_TOLD).map((entry) => ({ entry, message: say.tooLittle() })),
    ...beyondLimit.slice(0, MAX_TOLD).map((entry) => ({ entry, message: say.beyondLimit({ limit }) })),
  ];
  const folders = fragments.length + beyondLimit.length - told.length;
  const last = told.at(-1)?.entry ?? '';
  return folders === 0 ? told : [...told, { entry: last, message: say.more({ folders }) }];
}
