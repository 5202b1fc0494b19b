// Process trees on Linux: memory, CPU time, and ending exactly the tree that was started.
import { readFileSync, readdirSync } from "node:fs";

const ticksPerSecond = 100; // USER_HZ on every mainstream Linux build

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const f = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      state: f[0],
      parent: Number(f[1]),
      cpu: (Number(f[11]) + Number(f[12])) / ticksPerSecond,
      reaped: (Number(f[13]) + Number(f[14])) / ticksPerSecond,
    };
  } catch {
    return null;
  }
}

export const alive = (pid) => {
  const s = stat(pid);
  return s !== null && s.state !== "Z";
};

/** Live pids of the tree under `root`, itself included. */
export function tree(root) {
  const children = new Map();
  for (const name of readdirSync("/proc").filter((n) => /^\d+$/.test(n))) {
    const s = stat(name);
    if (s && s.state !== "Z") children.set(s.parent, [...(children.get(s.parent) ?? []), Number(name)]);
  }
  const found = alive(root) ? [root] : [];
  for (let i = 0; i < found.length; i++) found.push(...(children.get(found[i]) ?? []));
  return found;
}

/** Resident memory of the tree in MiB; shared pages count once per process. */
export function residentMiB(root) {
  let kib = 0;
  for (const pid of tree(root)) {
    try {
      kib += Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0);
    } catch {
      // It ended between the listing and the reading.
    }
  }
  return Math.round(kib / 1024);
}

/** CPU seconds used so far by the tree, with those of children already reaped. */
export const cpuSeconds = (root) =>
  tree(root)
    .map(stat)
    .reduce((sum, s) => sum + (s ? s.cpu + s.reaped : 0), 0);

/** CPU seconds the whole machine has been busy: shows what others were doing meanwhile. */
export function machineBusySeconds() {
  const f = readFileSync("/proc/stat", "latin1").split("\n")[0].trim().split(/\s+/).slice(1).map(Number);
  return (f.slice(0, 8).reduce((a, b) => a + b, 0) - f[3] - f[4]) / ticksPerSecond;
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

/** SIGKILL for the whole tree; resolves when nothing of it is left. */
export async function killTree(root) {
  const pids = tree(root);
  for (const pid of pids) signal(pid, "SIGKILL");
  while (pids.some(alive)) await sleep(10);
}

/** SIGTERM for the root, and SIGKILL for what is still there after `graceMs`. */
export async function stopTree(root, graceMs = 15_000) {
  const pids = tree(root);
  signal(root, "SIGTERM");
  const until = Date.now() + graceMs;
  while (Date.now() < until && pids.some(alive)) await sleep(50);
  for (const pid of pids.filter(alive)) signal(pid, "SIGKILL");
  while (pids.some(alive)) await sleep(10);
}
