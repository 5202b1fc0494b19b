import { ChevronDown } from "lucide-react";
import { Popover } from "radix-ui";
import { useState } from "react";
import type { RunView } from "#api/schemas.ts";
import { cx } from "../lib/cx.ts";
import { useSubAccounts } from "../lib/sub-accounts.ts";
import { plural } from "../lib/words.ts";
import { Finder } from "./name-picker.tsx";
import { Button } from "./ui/button.tsx";
import { Icon } from "./ui/icon.tsx";

type SubAccount = RunView["subAccounts"][number];

const namedAtMost = 2;

/** Where a flow or a run works: small, beside what the row is about. Nothing where it works in no sub-account. */
export function SubAccounts({ accounts, className }: { accounts: readonly SubAccount[]; className?: string }) {
  if (accounts.length === 0) return null;
  const all = accounts.map(({ title }) => title).join(", ");
  const shown = accounts.length <= namedAtMost ? all : `${accounts[0]!.title} and ${plural(accounts.length - 1, "other")}`;
  return (
    <span className={cx("text-meta text-ink-3", className)} title={all}>
      <bdi>{shown}</bdi>
    </span>
  );
}

interface FilterProps {
  /** The id of the sub-account; undefined: any. */
  value: string | undefined;
  onChange: (locationId: string | undefined) => void;
}

const any = "";

/** Narrows a list to one sub-account, found by a few letters. Not there where there is no choice. */
export function SubAccountFilter({ value, onChange }: FilterProps) {
  const [open, setOpen] = useState(false);
  const accounts = useSubAccounts() ?? [];
  if (accounts.length < 2 && value === undefined) return null;
  const names = [{ value: any, label: "Any sub-account" }, ...accounts];
  const chosen = names.find((name) => name.value === (value ?? any))?.label ?? "A sub-account that is not connected";
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button aria-label={`Sub-account: ${chosen}`} className={cx("max-w-60 font-normal", value !== undefined && "!bg-accent-soft")}>
          <span className="truncate">{chosen}</span>
          <Icon of={ChevronDown} size={14} className="text-ink-3" />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          aria-label="Sub-account"
          align="start"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 w-64 rounded-md bg-raised shadow-float animate-rise"
        >
          <Finder
            names={names}
            what="sub-account"
            onPick={(picked) => {
              onChange(picked === any ? undefined : picked);
              setOpen(false);
            }}
          />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
