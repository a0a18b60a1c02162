/**
 * How sockets that fds hold without a row came to that, told by the counters of their namespace (/proc/PID/net/snmp,
 * all since its creation). A reset or a time-out of a connection counts as EstabResets, a refused or timed out
 * connect() as AttemptFails (net/ipv4/tcp.c `tcp_set_state`, tcp_done); shutdown() without close() counts as neither;
 * a socket that was never connected was never opened either. A handshake that a client gives up counts as AttemptFails
 * as well (net/ipv4/tcp_minisocks.c `tcp_check_req`) and leaves no socket: no more connects failed than were tried.
 */
import type { ClosedRoute } from '../report/report.ts';

/** A route must account for this share of the sockets, else it is not theirs. */
const SHARE = 0.5;

/**
 * Takes the number of closed sockets that fds of one namespace hold, the counters of that namespace (null where these were not captured)
 * and whether the holder listens: who only connects is rather the author of failed attempts than of resets.
 */
export function closedRoute(
  count: number,
  counters: ReadonlyMap<string, number> | null,
  listens: boolean,
): ClosedRoute {
  const resets = counters?.get('Tcp.EstabResets');
  const attemptFails = counters?.get('Tcp.AttemptFails');
  const opens = counters?.get('Tcp.ActiveOpens');
  const accepts = counters?.get('Tcp.PassiveOpens');
  if (resets === undefined || attemptFails === undefined || opens === undefined || accepts === undefined)
    return 'unknown';
  const failures = Math.min(attemptFails, opens);
  const enough = SHARE * count;
  if (failures >= enough && (resets < enough || (failures >= resets && !listens))) return 'failed-connect';
  if (resets + failures >= enough) return 'reset';
  return opens + accepts >= enough ? 'shutdown' : 'never-connected';
}
