"""What a scenario is: a name, what must be said about it, and the function that makes the trouble."""

from dataclasses import dataclass, field

# Rules that accuse somebody; a scenario forbids those that it neither demands nor leaves open.
ACCUSING = frozenset(
    'tcp-oom-logged tcp-memory-exhausted tcp-mem-misconfigured close-wait-leak closed-socket-leak half-closed-held '
    'accept-queue-stalled stalled-reader stalled-peer orphan-flood time-wait-flood syn-backlog-overflow '
    'failed-connect-leak shutdown-without-close fd-exhaustion non-tcp-fd-leak foreign-namespace-sockets '
    'processless-namespace small-packet-bloat kernel-memory-fragmented conntrack-table-full neighbour-table-full '
    'file-table-full oom-kill unattributed-sockets collector-in-pod'.split()
)
SCENARIOS = {}


@dataclass
class Scenario:
    name: str
    what: str
    is_leak: bool
    rules: list
    may: list
    make: object
    view: object = None
    notes: dict = field(default_factory=dict)

    def forbidden(self):
        return sorted(ACCUSING - set(self.rules) - set(self.may))


@dataclass
class Trouble:
    """What was made: who holds it, how much of what; `tables` (rows by state) and `counters` by namespace.

    `equals` have as much as the culprit, each of them: any of them may be named.
    """

    culprit: object = None
    counts: dict = field(default_factory=dict)
    memory_holder: object = None
    others: dict = field(default_factory=dict)
    equals: list = field(default_factory=list)
    closed: int = 0
    tables: dict = field(default_factory=dict)
    counters: dict = field(default_factory=dict)
    skip_ss: list = field(default_factory=list)
    extra: dict = field(default_factory=dict)


def scenario(name, what, rules=(), may=(), is_leak=True, view=None, **notes):
    def register(make):
        SCENARIOS[name] = Scenario(name, what, is_leak, list(rules), list(may), make, view, notes)
        return make

    return register
