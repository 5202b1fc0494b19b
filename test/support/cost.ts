/**
 * Milliseconds of the processor that the work took, on the machine on which the limits were set. What other processes do meanwhile is not in
 * it; a slower processor, and other threads of the tests, slow down a piece of known work beside it, and count as much less.
 */
export function processorMs(work: () => unknown): number {
  const ms = used(work);
  return ms < quickMs ? ms : ms / Math.max(1, slowness(), slowness());
}

/** No limit is lower, so it makes no difference how slow a machine is that has done the work in less. */
const quickMs = 20;

/** What the known work takes there. */
const knownMs = 3;

/** How much longer the known work takes here and now. */
const slowness = (): number => used(knownWork) / knownMs;

function knownWork(): number {
  let sum = 0;
  for (let i = 0; i < 2_000_000; i++) sum = (sum * 31 + (i ^ (sum >>> 7))) | 0;
  return sum;
}

for (let i = 0; i < 3; i++) knownWork(); // compiled from here on

function used(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
