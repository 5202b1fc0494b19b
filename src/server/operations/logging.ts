import pino, { type Logger } from "pino";

/** Logs go to standard error: JSON lines for machines, short lines for a person. */
export function createLog(level: string, { format }: { format: "auto" | "text" | "json" }): Logger {
  const human = format === "text" || (format === "auto" && process.stderr.isTTY);
  const options = {
    level,
    base: undefined,
    redact: { paths: ["authorization", "*.authorization", "headers.cookie"], censor: "hidden" },
  };
  return pino(
    options,
    human ? { write: (line: string) => void process.stderr.write(humanLine(line)) } : pino.destination({ dest: 2, sync: true }),
  );
}

function humanLine(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as { level: number; time: number; msg: string; err?: { message?: string } };
  const word = level >= 50 ? "error" : level >= 40 ? "warning" : "note";
  const details = Object.entries(rest)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" ");
  const cause = err?.message === undefined ? "" : `: ${err.message.split("\n")[0]}`;
  return `${new Date(time).toTimeString().slice(0, 8)} ${word}  ${msg}${cause}${details === "" ? "" : `  ${details}`}\n`;
}
