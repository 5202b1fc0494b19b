import { CornerDownRight } from "lucide-react";
import type { TemplateView } from "#api/schemas.ts";
import { AppMark } from "./app-mark.tsx";
import { Icon } from "./ui/icon.tsx";

interface WhatItDoesProps extends Pick<TemplateView, "starts" | "does"> {
  /** The app of its trigger. */
  app: string | undefined;
}

/** What a flow does, in words, one line a step; what happens inside a branch is set in. */
export function WhatItDoes({ starts, does, app }: WhatItDoesProps) {
  return (
    <ol className="flex flex-col">
      <Line mark={app} text={starts} strong />
      {does.map((line, i) => (
        <Line key={i} mark={line.app} text={line.text} depth={line.depth} />
      ))}
    </ol>
  );
}

const indentPx = 28;

function Line({ mark, text, depth = 0, strong = false }: { mark: string | undefined; text: string; depth?: number; strong?: boolean }) {
  return (
    <li style={{ paddingLeft: depth * indentPx }} className="flex min-h-10 items-center gap-3 border-b border-line py-1.5 last:border-b-0">
      {mark === undefined ? (
        <span className="grid size-6 shrink-0 place-items-center text-ink-3">
          <Icon of={CornerDownRight} size={14} />
        </span>
      ) : (
        <AppMark app={mark} size={24} />
      )}
      <span className={strong ? "font-medium" : mark === undefined ? "text-ink-2" : ""}>
        <bdi>{text}</bdi>
      </span>
    </li>
  );
}
