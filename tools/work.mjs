// What a process and everything it started have worked, in seconds of the processor. Unlike time that passed, it is the same on a busy machine.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** Of Linux's counters, on every machine there is. */
const ticksPerSecond = 100;

/**
 * The processes of a tree, the root first, and the processor's seconds they used, with those of their children that have ended.
 * `seconds` is null where the system does not say.
 */
export function treeOf(root) {
  const all = existsSync("/proc/self/stat") ? fromProc() : fromPs();
  if (!all) return { pids: [root], seconds: null };
  const children = byParent(all.values());
  const pids = [root];
  for (const pid of pids) for (const child of children.get(pid) ?? []) pids.push(child.pid);
  return { pids, seconds: pids.reduce((sum, pid) => sum + (all.get(pid)?.seconds ?? 0), 0) };
}

function byParent(processes) {
  const groups = new Map();
  for (const one of processes) groups.set(one.parent, [...(groups.get(one.parent) ?? []), one]);
  return groups;
}

function fromProc() {
  const all = new Map();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const stat = readStat(name);
    if (!stat) continue;
    // The name of the program, in brackets, may hold spaces and brackets; the numbers begin after its last one.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    all.set(Number(name), { pid: Number(name), parent: Number(fields[1]), seconds: ticks / ticksPerSecond });
  }
  return all;
}

function readStat(name) {
  try {
    return readFileSync(`/proc/${name}/stat`, "utf8");
  } catch {
    return null; // it ended meanwhile
  }
}

function fromPs() {
  try {
    const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid=,time="], { encoding: "utf8" }).trim().split("\n");
    return new Map(
      lines.map((line) => {
        const [pid, parent, time] = line.trim().split(/\s+/);
        return [Number(pid), { pid: Number(pid), parent: Number(parent), seconds: secondsOf(time) }];
      }),
    );
  } catch {
    return null;
  }
}

/** `[[days-]hours:]minutes:seconds`, the seconds with or without a fraction. */
function secondsOf(time) {
  const [clock, days = "0"] = time.split("-").reverse();
  return Number(days) * 86_400 + clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
