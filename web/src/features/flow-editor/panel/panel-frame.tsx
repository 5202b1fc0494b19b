import { X } from "lucide-react";
import { Tabs as Parts } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";

export type PanelTab = "setup" | "fields" | "test";

interface PanelFrameProps {
  mark: ReactNode;
  kicker: string;
  title: string;
  onClose: () => void;
  tab: PanelTab;
  onTab: (tab: PanelTab) => void;
  tabs: readonly { value: PanelTab; title: string; content: ReactNode }[];
}

/** What is selected, beside the column: its words on top, its forms under tabs. */
export function PanelFrame({ mark, kicker, title, onClose, tab, onTab, tabs }: PanelFrameProps) {
  const shown = tabs.some(({ value }) => value === tab) ? tab : "setup";
  return (
    <Parts.Root value={shown} onValueChange={(next) => onTab(next as PanelTab)} className="flex min-h-0 flex-1 flex-col">
      <header className="flex items-start gap-3 px-4 pt-3.5 pb-2">
        {mark}
        <div className="min-w-0 flex-1">
          <p className="text-meta text-ink-3">{kicker}</p>
          <h2 className="line-clamp-2 text-body font-semibold">
            <bdi>{title}</bdi>
          </h2>
        </div>
        <IconButton label="Close" small onClick={onClose}>
          <Icon of={X} />
        </IconButton>
      </header>
      {tabs.length > 1 && (
        <Parts.List aria-label={title} className="flex shrink-0 gap-1 border-b border-line px-3">
          {tabs.map(({ value, title: name }) => (
            <Parts.Trigger
              key={value}
              value={value}
              className="relative h-9 px-1.5 font-medium text-ink-3 transition-colors -outline-offset-2 hover:text-ink data-[state=active]:text-ink data-[state=active]:after:absolute data-[state=active]:after:inset-x-1.5 data-[state=active]:after:-bottom-px data-[state=active]:after:h-0.5 data-[state=active]:after:rounded-full data-[state=active]:after:bg-accent"
            >
              {name}
            </Parts.Trigger>
          ))}
        </Parts.List>
      )}
      {tabs.map(({ value, content }) => (
        <Parts.Content key={value} value={value} className="min-h-0 flex-1 overflow-y-auto px-4 pt-4 pb-8 -outline-offset-2">
          <div className="flex flex-col gap-4">{content}</div>
        </Parts.Content>
      ))}
    </Parts.Root>
  );
}
