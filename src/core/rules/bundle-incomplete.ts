import { defineMessages } from '../wording/define-messages.ts';
import { andThen } from './advice.ts';
import { defineRule } from './rule.ts';

/** A process or two end while the bundle is taken, on every node; more, or a larger share, were not readable. */
export const FEW_PROCESSES = 2;
export const FEW_SHARE = 0.05;

const say = defineMessages('bundle-incomplete', {
  title: 'The bundle does not hold everything',
  gaps: 'Some conclusions are not possible.{truncated}{namespaces}{processes}{elsewhere}',
  truncated: 'The archive ends early.',
  namespaces:
    '{missing, number} of {known, plural, one {# namespace} other {# namespaces}} {missing, plural, one {has} other {have}} no complete socket tables (net/tcp and net/tcp6).',
  processes: 'The fds of {missing, number} of {total, plural, one {# process} other {# processes}} were not readable.',
  elsewhere:
    '{sockets, plural, one {# socket that an fd holds is} other {# sockets that fds hold are}} in no captured namespace.',
  captureAgain: 'Capture again as root on the host: every process, and one process of each network namespace.',
  judgingByPart: 'Judging the node by the part that was captured.',
  list: 'The report lists what to collect, with the commands.',
});

export const bundleIncomplete = defineRule({
  id: 'bundle-incomplete',
  level: 'note',
  title: say.title(),
  role: 'hint',
  about: ['coverage'],
  needs: ['coverage', 'bundle'],
  optional: ['ledger'],
  check: ({ coverage, bundle, ledger }) => {
    const elsewhere = ledger?.elsewhere ?? 0;
    const namespaces = coverage.namespacesKnown - coverage.namespacesSeen;
    const processes = coverage.processesTotal - coverage.processesReadable;
    if (!coverage.truncated && namespaces <= 0 && processes <= 0 && elsewhere <= 0) return [];
    const few = Math.max(FEW_PROCESSES, FEW_SHARE * coverage.processesTotal);
    const isNarrow = coverage.truncated || namespaces > 0 || processes > few || elsewhere > 0;
    return [
      {
        level: isNarrow ? ('warning' as const) : ('note' as const),
        confidence: 'high' as const,
        message: say.gaps({
          truncated: andThen(coverage.truncated ? say.truncated() : null),
          namespaces: andThen(
            namespaces > 0 ? say.namespaces({ missing: namespaces, known: coverage.namespacesKnown }) : null,
          ),
          processes: andThen(
            processes > 0 ? say.processes({ missing: processes, total: coverage.processesTotal }) : null,
          ),
          elsewhere: andThen(elsewhere > 0 ? say.elsewhere({ sockets: elsewhere }) : null),
        }),
        subjects: [{ kind: 'node' as const }],
        measures: {
          namespacesMissing: Math.max(0, namespaces),
          processesUnreadable: Math.max(0, processes),
          truncated: coverage.truncated ? 1 : 0,
          ...(elsewhere === 0 ? {} : { socketsElsewhere: elsewhere }),
        },
        evidence: [{ entry: bundle.entry, startLine: 1, endLine: 1 }],
        doubts: [],
        fixes: [say.captureAgain()],
        nonFixes: [say.judgingByPart()],
        next: say.list(),
      },
    ];
  },
});
