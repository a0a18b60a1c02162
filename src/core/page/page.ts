/** The bundle page, from the report and the model behind it. */

import { logMessage } from '../kernel-log/log-catalogue.ts';
import { countSockets } from '../query/select.ts';
import type { KernelLog } from '../report/log-report.ts';
import type { Analysis } from '../snapshot/analysis.ts';
import { cleanText } from '../text.ts';
import { formatBytes, formatCount, formatDuration, formatQuantity } from '../wording/format.ts';
import { ENGLISH } from '../wording/languages.ts';
import { describeSubject } from '../wording/subject-text.ts';
import { type WordedEvidence, type WordedFinding, type WordedReport, worded } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import { createEvidenceBook, type EvidenceBook } from './evidence-book.ts';
import { buildFilterVocabulary } from './filter-vocabulary.ts';
import { buildMemoryView, buildSocketsView } from './ledger-view.ts';
import type { FindingView, HeaderView, LogLane, LogView, NodeChoice, PageModel, VerdictView } from './page-model.ts';
import { buildPeersView } from './peers-view.ts';
import { buildProcessesView } from './processes-view.ts';
import { buildStatesView } from './states-view.ts';

export interface Page {
  readonly model: PageModel;
  /** Where each EvidenceLink of the model leads, by id. */
  readonly places: readonly WordedEvidence[];
}

/** Everything that is text on the page is in the words of `wording`. */
export function buildPage({ report: data, snapshot }: Analysis, wording: Wording = ENGLISH): Page {
  const report = worded(data, wording);
  const book = createEvidenceBook(report.bundle.root, wording);
  const model: PageModel = {
    header: headerView(report),
    verdict: verdictView(report, book),
    memory: buildMemoryView(report, snapshot, book),
    sockets: buildSocketsView(report, snapshot, book),
    states: buildStatesView(report, snapshot, book),
    processes: buildProcessesView(report, snapshot, book),
    peers: buildPeersView(report, snapshot, book),
    log: logView(report, book, wording),
    findings: report.findings.map((finding) => findingView(finding, book)),
    notRun: report.notRun,
    facts: report.coverage.facts.map(({ fact, present, detail }) => ({ label: fact, present, detail })),
    problems: report.problems
      .slice(0, 200)
      .map(
        (problem) =>
          `${cleanText(problem.entry)}${problem.line === undefined ? '' : `:${problem.line}`}: ${problem.message}`,
      ),
    pickable: countSockets(snapshot, null),
    vocabulary: buildFilterVocabulary(snapshot),
  };
  return { model, places: book.places };
}

function nodeChoice({ name, level, verdict }: WordedReport['nodes'][number], isShown: boolean): NodeChoice {
  return { name, verdict: verdict.sentence, tone: verdictTone(verdict.status, level === 'error'), isShown };
}

function verdictTone(status: WordedReport['verdict']['status'], isSerious: boolean): VerdictView['tone'] {
  if (status === 'healthy') return 'good';
  return status === 'findings' && isSerious ? 'bad' : 'warn';
}

function headerView(report: WordedReport): HeaderView {
  const { bundle, coverage, memory, nodes } = report;
  const shown = nodes.find(({ root }) => root === bundle.root);
  const captured =
    bundle.capturedAt === '' ? '' : `captured ${bundle.capturedAt.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC')}`;
  const facts = [
    bundle.kernel === '' ? '' : `Linux ${bundle.kernel}`,
    captured,
    bundle.uptimeSeconds === null ? '' : `up ${formatDuration(bundle.uptimeSeconds)}`,
    bundle.cpus === null ? '' : formatQuantity(bundle.cpus, 'CPU'),
    memory.memTotalBytes === null ? '' : `${formatBytes(memory.memTotalBytes)} RAM`,
  ];
  const complete =
    !coverage.truncated &&
    coverage.namespacesSeen >= coverage.namespacesKnown &&
    coverage.namespacesSeen > 0 &&
    coverage.processesReadable >= coverage.processesTotal &&
    coverage.processesTotal > 0 &&
    report.ledger.elsewhere === 0;
  return {
    title: nodes.length > 1 ? (shown?.name ?? '') : bundle.hostname || bundle.name,
    nodes: nodes.length > 1 ? nodes.map((node) => nodeChoice(node, node === shown)) : [],
    facts: facts.filter((fact) => fact !== ''),
    captured,
    coverageTone: complete ? 'good' : 'warn',
    coverage: `${coverage.namespacesSeen} of ${formatQuantity(coverage.namespacesKnown, 'namespace')} · ${formatCount(coverage.processesReadable)} of ${formatQuantity(coverage.processesTotal, 'process', 'processes')} readable${coverage.truncated ? ' · archive cut' : ''}`,
  };
}

/** The finding that the verdict stands on: its evidence and its cures are shown with the sentence. */
function leadingFinding(report: WordedReport): WordedFinding | undefined {
  const { finding: place, countOwner, memoryOwner } = report.verdict;
  if (place !== null) return report.findings[place];
  const owner = countOwner ?? memoryOwner;
  return (
    report.findings.find(
      (finding) =>
        finding.level !== 'note' &&
        finding.subjects.some((subject) => subject.pid !== undefined && subject.pid === owner?.pid),
    ) ?? report.findings.find((finding) => finding.level !== 'note')
  );
}

/** The first settles most; all are in the report. */
const MAX_TO_COLLECT = 3;

function verdictView(report: WordedReport, book: EvidenceBook): VerdictView {
  const { verdict } = report;
  const lead = leadingFinding(report);
  const others = report.findings.filter((finding) => finding !== lead && finding.level === 'error');
  const evidence = [...(lead?.evidence ?? []), ...others.flatMap((finding) => finding.evidence.slice(0, 1))].slice(
    0,
    4,
  );
  const insufficient = verdict.status === 'insufficient';
  const serious = report.findings.some((finding) => finding.level === 'error');
  return {
    tone: verdictTone(verdict.status, serious),
    sentence: verdict.sentence,
    confidence: verdict.confidence,
    because: verdict.because,
    next: verdict.next ?? '',
    evidence: book.links(evidence),
    // Where nobody can be named there is nothing to cure yet.
    fixes: insufficient ? [] : (lead?.fixes ?? []),
    nonFixes: insufficient ? [] : (lead?.nonFixes ?? []),
    collect: insufficient ? report.toCollect.slice(0, MAX_TO_COLLECT) : [],
  };
}

/** The first are the ones that a rule puts first; all are in the JSON report. */
const MAX_MEASURES = 6;

function findingView(finding: WordedFinding, book: EvidenceBook): FindingView {
  return {
    ruleId: finding.ruleId,
    level: finding.level,
    confidence: finding.confidence,
    title: finding.title,
    subject: finding.subjects.slice(0, 3).map(describeSubject).join(', '),
    message: finding.message,
    measures: Object.entries(finding.measures)
      .filter(([, value]) => value !== 0)
      .slice(0, MAX_MEASURES)
      .map(([name, value]) => `${measureLabel(name)} ${measureValue(name, value)}`),
    doubts: finding.doubts,
    fixes: finding.fixes,
    nonFixes: finding.nonFixes,
    next: finding.next ?? '',
    evidence: book.links(finding.evidence),
  };
}

/** `closeWaitSockets` → `close wait sockets`. */
function measureLabel(name: string): string {
  return name
    .replace(/(?:Bytes|Seconds)$/, '')
    .replace(/([A-Z])/g, ' $1')
    .toLowerCase();
}

function measureValue(name: string, value: number): string {
  if (name.endsWith('Bytes')) return formatBytes(value);
  if (name.endsWith('Seconds')) return formatDuration(value);
  return name === 'localPort' ? String(value) : formatCount(value);
}

const LANE_ORDER = ['tcp-out-of-memory', 'tcp-out-of-socket-memory', 'tcp-too-many-orphans', 'net-ratelimit'];

function logView(report: WordedReport, book: EvidenceBook, wording: Wording): LogView | null {
  const { log, bundle } = report;
  if (log === null) return null;
  const ids = Object.keys(log.counts).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const lines = Object.values(log.counts).reduce((sum, count) => sum + count, 0);
  const sinceBoot = log.timeBase !== 'first-line';
  const captureSeconds = sinceBoot ? bundle.uptimeSeconds : null;
  const earlier = log.earlierBoots === 0 ? '' : `; ${formatCount(log.earlierBoots)} are of earlier boots`;
  return {
    summary:
      lines === 0
        ? `${formatQuantity(log.lines, 'line')}, none of them about TCP memory`
        : `${formatCount(lines)} of ${formatQuantity(log.lines, 'line')} bear on it; the kernel drops what exceeds 10 network messages in 5 s${earlier}`,
    startSeconds: log.firstSeconds ?? 0,
    endSeconds: Math.max(log.lastSeconds ?? 0, captureSeconds ?? 0),
    binSeconds: log.binSeconds,
    captureSeconds,
    sinceBoot,
    zeroUnixSeconds: log.clock.zeroUnixSeconds,
    clockNote: log.clock.note,
    lanes: ids.map((id) => laneOf(log, id, book, wording)),
    evidence:
      lines === 0
        ? []
        : [book.link({ entry: log.entry, startLine: log.events[0]?.line ?? 1, endLine: log.events[0]?.line ?? 1 })],
  };
}

function rank(id: string): number {
  const index = LANE_ORDER.indexOf(id);
  return index < 0 ? LANE_ORDER.length : index;
}

function laneOf(log: KernelLog, id: string, book: EvidenceBook, wording: Wording): LogLane {
  const message = logMessage(id);
  const events = log.events.filter((event) => event.id === id);
  const tone = message?.level === 'error' ? 'bad' : message?.level === 'warning' ? 'warn' : 'plain';
  return {
    id,
    label: wording.text(message?.title ?? id),
    detail: `${formatQuantity(log.counts[id] ?? 0, 'line')}, ${formatQuantity(events.length, 'burst')}`,
    tone,
    bins: log.bins
      .filter(([kind]) => kind === id)
      .map(([, seconds, lines]) => {
        const event =
          events.findLast((candidate) => (candidate.startSeconds ?? 0) < seconds + log.binSeconds) ?? events[0];
        const place = event === undefined ? null : { entry: log.entry, startLine: event.line, endLine: event.line };
        return { seconds, lines, evidence: book.linkOrNull(place) };
      }),
  };
}
