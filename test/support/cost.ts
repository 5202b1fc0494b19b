/**
 * Milliseconds of the processor that the work took. What other processes do meanwhile is not in it, so a busy machine does not break a
 * limit; what another thread of the tests does is, so a limit has to be far above what the work takes.
 */
export function processorMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
