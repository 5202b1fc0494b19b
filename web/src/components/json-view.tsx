import { ChevronRight } from "lucide-react";
import { createContext, type ReactNode, use, useState } from "react";
import { withPretendedWords } from "#kernel/pretended-id.ts";
import { cx } from "../lib/cx.ts";
import type { KeyLabels } from "../lib/key-labels.ts";
import { exactTime, momentOf } from "../lib/time.ts";
import { CopyButton } from "./ui/copy.tsx";
import { Icon } from "./ui/icon.tsx";

const firstRows = 50;

interface JsonViewProps {
  value: unknown;
  /** What it is, for the copy button's name. */
  label: string;
  /** How many levels stand open. */
  open?: number;
  /** Half the height, where something more important follows. */
  short?: boolean;
  /** What people call its members; the key itself shows on hover. */
  labels?: KeyLabels | undefined;
}

const Labels = createContext<KeyLabels | undefined>(undefined);

/** JSON as a tree that opens level by level. Everything in it is text: nothing received is ever rendered as markup. */
export function JsonView({ value, label, open = 2, short = false, labels }: JsonViewProps) {
  return (
    <div className="group/json relative rounded-md border border-line bg-sunken font-mono text-meta leading-5">
      <div className="absolute top-1 right-1 z-10 rounded-md bg-sunken">
        <CopyButton text={JSON.stringify(value, null, 2) ?? ""} label={`Copy ${label}`} />
      </div>
      <div
        tabIndex={0}
        role="group"
        aria-label={label}
        className={cx("overflow-auto p-2.5 pr-9 focus-visible:rounded-md", short ? "max-h-44" : "max-h-96")}
      >
        <Labels value={labels}>
          <Node value={value} open={open} path={top} />
        </Labels>
      </div>
    </div>
  );
}

const top: readonly string[] = [];

/** The keys that lead to a member; none lead to the whole. */
type Path = readonly string[];

function Node({ path, value, open, indent = false }: { path: Path; value: unknown; open: number; indent?: boolean }) {
  if (typeof value !== "object" || value === null) return <Leaf path={path} value={value} indent={indent} />;
  const entries: [string, unknown][] = Array.isArray(value) ? value.map((item, index) => [String(index), item]) : Object.entries(value);
  if (entries.length === 0)
    return (
      <Row path={path} indent={indent}>
        {Array.isArray(value) ? "[]" : "{}"}
      </Row>
    );
  if (path.length === 0) return <Entries path={path} entries={entries} open={open} />;
  return <Branch path={path} entries={entries} list={Array.isArray(value)} open={open} />;
}

function Branch({ path, entries, list, open }: { path: Path; entries: [string, unknown][]; list: boolean; open: number }) {
  const [opened, setOpened] = useState(open > 0);
  return (
    <div>
      <button
        type="button"
        aria-expanded={opened}
        onClick={() => setOpened(!opened)}
        className="-ml-0.5 flex items-center gap-0.5 rounded-sm text-left hover:bg-hover"
      >
        <Icon of={ChevronRight} size={12} className={cx("text-ink-3 transition-transform", opened && "rotate-90")} />
        <Name path={path} />
        <span className="text-ink-3">{list ? `[${entries.length}]` : opened ? "" : "{…}"}</span>
      </button>
      {opened && (
        <div className="ml-1 border-l border-line pl-3">
          <Entries path={path} entries={entries} open={open - 1} />
        </div>
      )}
    </div>
  );
}

function Entries({ path, entries, open }: { path: Path; entries: [string, unknown][]; open: number }) {
  const [shown, setShown] = useState(firstRows);
  // Room for the arrows, where any of the rows has one.
  const indent = entries.some(([, value]) => opens(value));
  return (
    <>
      {entries.slice(0, shown).map(([name, value]) => (
        <Node key={name} path={[...path, name]} value={value} open={open} indent={indent} />
      ))}
      {entries.length > shown && (
        <button type="button" onClick={() => setShown(shown + 200)} className="rounded-sm text-accent-ink hover:underline">
          Show {Math.min(200, entries.length - shown)} more
        </button>
      )}
    </>
  );
}

function opens(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}

function Row({ path, indent, children }: { path: Path; indent: boolean; children: ReactNode }) {
  return (
    <div className={cx("flex gap-1", indent && "pl-3")}>
      {path.length > 0 && <Name path={path} />}
      <span className="min-w-0 break-words whitespace-pre-wrap text-ink">{children}</span>
    </div>
  );
}

function Name({ path }: { path: Path }) {
  const key = path.at(-1)!;
  const label = use(Labels)?.(path);
  return (
    <span className={cx("shrink-0 text-ink-3", label !== undefined && "font-sans")} title={label === undefined ? undefined : key}>
      {label ?? key}:
    </span>
  );
}

/** The moment that a value stands for: a full time, or milliseconds under a name of times. */
function momentIn(path: Path, value: unknown): number | undefined {
  if (typeof value === "string") return momentOf(value);
  const isTime = /(?:^until|At|Date|Time|^date\w*|Added|Updated)$/.test(path.at(-1) ?? "");
  return typeof value === "number" && isTime && value > 1e11 && value < 1e14 ? value : undefined;
}

function Leaf({ path, value, indent }: { path: Path; value: unknown; indent: boolean }) {
  const labels = use(Labels);
  const moment = labels === undefined ? undefined : momentIn(path, value);
  if (moment !== undefined)
    return (
      <Row path={path} indent={indent}>
        <span title={String(value)}>{exactTime(moment)}</span>
      </Row>
    );
  if (value === null && labels !== undefined)
    return (
      <Row path={path} indent={indent}>
        <span className="text-ink-3">empty</span>
      </Row>
    );
  if (typeof value === "string")
    return (
      <Row path={path} indent={indent}>
        {value === "" ? <span className="text-ink-3">empty text</span> : <bdi>{withPretendedWords(value)}</bdi>}
      </Row>
    );
  return (
    <Row path={path} indent={indent}>
      <span className="text-accent-ink">{value === undefined ? "nothing" : String(value)}</span>
    </Row>
  );
}
