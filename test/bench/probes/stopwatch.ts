/** Milliseconds since it was started: on the wall, of CPU by this thread, and of CPU by the whole process. */
export function stopwatch(): () => { readonly wallMs: number; readonly threadMs: number; readonly cpuMs: number } {
  const started = performance.now();
  const thread = process.threadCpuUsage();
  const cpu = process.cpuUsage();
  return () => {
    const wallMs = performance.now() - started;
    return {
      wallMs,
      threadMs: milliseconds(process.threadCpuUsage(thread)),
      cpuMs: milliseconds(process.cpuUsage(cpu)),
    };
  };
}

function milliseconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
