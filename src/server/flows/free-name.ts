/** Pure. A name that no flow has yet: "Survey answers", else "Survey answers 2". */
export function freeName(name: string, taken: readonly string[]): string {
  const used = new Set(taken.map((each) => each.trim().toLowerCase()));
  for (let n = 1; ; n++) {
    const free = n === 1 ? name : `${name.slice(0, longest - ` ${n}`.length)} ${n}`;
    if (!used.has(free.trim().toLowerCase())) return free;
  }
}

/** As long as the name of a flow may be. */
const longest = 120;
