import { formatQuantity } from '../wording/format.ts';
import { defineRule } from './rule.ts';

/** A process or two end while the bundle is taken, on every node; more, or a larger share, were not readable. */
export const FEW_PROCESSES = 2;
export const FEW_SHARE = 0.05;

export const bundleIncomplete = defineRule({
  id: 'bundle-incomplete',
  level: 'note',
  title: 'The bundle does not hold everything',
  role: 'hint',
  about: ['coverage'],
  needs: ['coverage', 'bundle'],
  optional: ['ledger'],
  check: ({ coverage, bundle, ledger }) => {
    const elsewhere = ledger?.elsewhere ?? 0;
    const gaps: string[] = [];
    const namespaces = coverage.namespacesKnown - coverage.namespacesSeen;
    const processes = coverage.processesTotal - coverage.processesReadable;
    if (coverage.truncated) gaps.push('the archive ends early');
    if (namespaces > 0)
      gaps.push(
        `${formatQuantity(namespaces, 'namespace')} of ${coverage.namespacesKnown} are without the complete socket tables (net/tcp and net/tcp6)`,
      );
    if (processes > 0)
      gaps.push(
        `the fds of ${formatQuantity(processes, 'process', 'processes')} of ${coverage.processesTotal} were not readable`,
      );
    if (elsewhere > 0)
      gaps.push(`${formatQuantity(elsewhere, 'socket')} that fds hold are in no namespace that was captured`);
    if (gaps.length === 0) return [];
    const few = Math.max(FEW_PROCESSES, FEW_SHARE * coverage.processesTotal);
    const isNarrow = coverage.truncated || namespaces > 0 || processes > few || elsewhere > 0;
    return [
      {
        level: isNarrow ? ('warning' as const) : ('note' as const),
        confidence: 'high' as const,
        messageId: 'gaps',
        message: `What can be concluded is narrower, because ${gaps.join(', ')}.`,
        subjects: [{ kind: 'node' as const }],
        measures: {
          namespacesMissing: Math.max(0, namespaces),
          processesUnreadable: Math.max(0, processes),
          truncated: coverage.truncated ? 1 : 0,
          ...(elsewhere === 0 ? {} : { socketsElsewhere: elsewhere }),
        },
        evidence: [{ entry: bundle.entry, startLine: 1, endLine: 1 }],
        doubts: [],
        fixes: ['Capture again as root on the host, for every process and one process of each network namespace.'],
        nonFixes: ['Judging the node by the part that was captured.'],
        next: 'The list of what to collect, with its commands, is in the report.',
      },
    ];
  },
});
