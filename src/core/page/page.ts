/** The bundle page, from the report and the model behind it. */

import { logMessage } from '../kernel-log/log-catalogue.ts';
import { countSockets } from '../query/select.ts';
import type { KernelLog } from '../report/log-report.ts';
import type { Analysis } from '../snapshot/analysis.ts';
import { cleanText } from '../text.ts';
import { defineMessages } from '../wording/define-messages.ts';
import { ENGLISH } from '../wording/languages.ts';
import { type WordedEvidence, type WordedFinding, type WordedReport, worded } from '../wording/worded.ts';
import type { Wording } from '../wording/wording.ts';
import { createEvidenceBook, type EvidenceBook } from './evidence-book.ts';
import { buildFilterVocabulary } from './filter-vocabulary.ts';
import { buildMemoryView, buildSocketsView } from './ledger-view.ts';
import { sayMeasure } from './measure-text.ts';
import type { PageContext } from './page-context.ts';
import type { FindingView, HeaderView, LogLane, LogView, NodeChoice, PageModel, VerdictView } from './page-model.ts';
import { buildPeersView } from './peers-view.ts';
import { buildProcessesView } from './processes-view.ts';
import { buildStatesView } from './states-view.ts';

const say = defineMessages('page', {
  kernel: 'Linux {release}',
  captured: 'captured {time}',
  uptime: 'up {seconds, number, duration}',
  cpus: '{cpus, plural, one {# CPU} other {# CPUs}}',
  ram: '{bytes, number, bytes} RAM',
  coverage:
    '{seen, number} of {known, plural, one {# namespace} other {# namespaces}} · {readable, number} of {total, plural, one {# process} other {# processes}} readable{end, select, cut { · archive cut} other {}}',
  problem: '{place}: {problem}',
  subjects: '{subjects}',
  noLines: '{lines, plural, one {# line} other {# lines}}, none of them a message that Sockscope knows',
  lines:
    '{known, number} of {lines, plural, one {# line} other {# lines}} are messages that Sockscope knows{earlier, plural, =0 {} one {, # of them of an earlier boot} other {, # of them of earlier boots}}. The kernel logs {limit, number} network messages in {seconds, number, duration} at most and drops the rest.',
  lane: '{lines, plural, one {# line} other {# lines}}, {bursts, plural, one {# burst} other {# bursts}}',
});

export interface Page {
  readonly model: PageModel;
  /** Where each EvidenceLink of the model leads, by id. */
  readonly places: readonly WordedEvidence[];
}

/** Everything that is text on the page is in the words of `wording`. */
export function buildPage({ report: data, snapshot }: Analysis, wording: Wording = ENGLISH): Page {
  const report = worded(data, wording);
  const book = createEvidenceBook(report.bundle.root, wording);
  const context: PageContext = { report, snapshot, book, wording };
  const model: PageModel = {
    header: headerView(context),
    verdict: verdictView(report, book),
    memory: buildMemoryView(context),
    sockets: buildSocketsView(context),
    states: buildStatesView(context),
    processes: buildProcessesView(context),
    peers: buildPeersView(context),
    log: logView(context),
    findings: report.findings.map((finding) => findingView(finding, context)),
    notRun: report.notRun,
    facts: report.coverage.facts.map(({ fact, present, detail }) => ({ label: fact, present, detail })),
    problems: report.problems.slice(0, MAX_PROBLEMS).map((problem) => problemText(problem, wording)),
    pickable: countSockets(snapshot, null),
    vocabulary: buildFilterVocabulary(snapshot, wording),
  };
  return { model, places: book.places };
}

const MAX_PROBLEMS = 200;

function problemText({ entry, line, message }: WordedReport['problems'][number], wording: Wording): string {
  const place = `${cleanText(entry)}${line === undefined ? '' : `:${line}`}`;
  return wording.text(say.problem({ place, problem: message }));
}

function nodeChoice({ name, level, verdict }: WordedReport['nodes'][number], isShown: boolean): NodeChoice {
  return { name, verdict: verdict.sentence, tone: verdictTone(verdict.status, level === 'error'), isShown };
}

function verdictTone(status: WordedReport['verdict']['status'], isSerious: boolean): VerdictView['tone'] {
  if (status === 'healthy') return 'good';
  return status === 'findings' && isSerious ? 'bad' : 'warn';
}

function headerView({ report, wording }: PageContext): HeaderView {
  const { bundle, coverage, memory, nodes } = report;
  const shown = nodes.find(({ root }) => root === bundle.root);
  const time = bundle.capturedAt.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
  const captured = time === '' ? '' : wording.text(say.captured({ time }));
  const facts = [
    bundle.kernel === '' ? '' : wording.text(say.kernel({ release: bundle.kernel })),
    captured,
    bundle.uptimeSeconds === null ? '' : wording.text(say.uptime({ seconds: bundle.uptimeSeconds })),
    bundle.cpus === null ? '' : wording.text(say.cpus({ cpus: bundle.cpus })),
    memory.memTotalBytes === null ? '' : wording.text(say.ram({ bytes: memory.memTotalBytes })),
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
    coverage: wording.text(
      say.coverage({
        seen: coverage.namespacesSeen,
        known: coverage.namespacesKnown,
        readable: coverage.processesReadable,
        total: coverage.processesTotal,
        end: coverage.truncated ? 'cut' : 'whole',
      }),
    ),
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
const MAX_SUBJECTS = 3;

function findingView(finding: WordedFinding, { book, wording }: PageContext): FindingView {
  const subjects = finding.subjects.slice(0, MAX_SUBJECTS);
  return {
    ruleId: finding.ruleId,
    level: finding.level,
    confidence: finding.confidence,
    title: finding.title,
    subject: subjects.length === 0 ? '' : wording.text(say.subjects({ subjects })),
    message: finding.message,
    measures: Object.entries(finding.measures)
      .filter(([, value]) => value !== 0)
      .slice(0, MAX_MEASURES)
      .map(([name, value]) => wording.text(sayMeasure(name, value))),
    doubts: finding.doubts,
    fixes: finding.fixes,
    nonFixes: finding.nonFixes,
    next: finding.next ?? '',
    evidence: book.links(finding.evidence),
  };
}

/** net.core.message_burst and message_cost as they are by default. */
const NET_RATELIMIT = { limit: 10, seconds: 5 };

const LANE_ORDER = ['tcp-out-of-memory', 'tcp-out-of-socket-memory', 'tcp-too-many-orphans', 'net-ratelimit'];

function logView({ report, book, wording }: PageContext): LogView | null {
  const { log, bundle } = report;
  if (log === null) return null;
  const ids = Object.keys(log.counts).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const lines = Object.values(log.counts).reduce((sum, count) => sum + count, 0);
  const sinceBoot = log.timeBase !== 'first-line';
  const captureSeconds = sinceBoot ? bundle.uptimeSeconds : null;
  return {
    summary: wording.text(
      lines === 0
        ? say.noLines({ lines: log.lines })
        : say.lines({ known: lines, lines: log.lines, earlier: log.earlierBoots, ...NET_RATELIMIT }),
    ),
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
    detail: wording.text(say.lane({ lines: log.counts[id] ?? 0, bursts: events.length })),
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
