import { Check, type LucideIcon } from "lucide-react";
import { DropdownMenu as Parts } from "radix-ui";
import type { ReactNode } from "react";
import { cx } from "../../lib/cx.ts";
import { Icon } from "./icon.tsx";

const row =
  "flex h-7 items-center gap-2 rounded-sm px-2 text-ui text-ink outline-none select-none data-[highlighted]:bg-hover data-[disabled]:text-ink-3 focus-visible:outline-none";

interface MenuProps {
  /** The button that opens it. */
  trigger: ReactNode;
  children: ReactNode;
  align?: "start" | "end";
  side?: "top" | "bottom";
}

/** A list of actions or choices behind a button. */
export function Menu({ trigger, children, align = "end", side = "bottom" }: MenuProps) {
  return (
    // Not modal: it hides nothing from those who listen to the page.
    <Parts.Root modal={false}>
      <Parts.Trigger asChild>{trigger}</Parts.Trigger>
      <Parts.Portal>
        <Parts.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-44 overflow-y-auto rounded-md bg-raised p-1 shadow-float animate-rise"
        >
          {children}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}

interface MenuItemProps {
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  onSelect: () => void;
  children: ReactNode;
}

/** One action. */
export function MenuItem({ icon, danger = false, disabled = false, onSelect, children }: MenuItemProps) {
  return (
    <Parts.Item className={cx(row, danger && "text-failure")} disabled={disabled} onSelect={onSelect}>
      {icon !== undefined && <Icon of={icon} className={danger ? "text-failure" : "text-ink-3"} />}
      {children}
    </Parts.Item>
  );
}

/** One choice that may be on; the menu stays open so that several can be made. */
export function MenuCheck({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <Parts.CheckboxItem className={row} checked={checked} onCheckedChange={onChange} onSelect={(event) => event.preventDefault()}>
      <span className="grid size-4 place-items-center">
        <Parts.ItemIndicator>
          <Icon of={Check} size={14} className="text-accent-ink" />
        </Parts.ItemIndicator>
      </span>
      {children}
    </Parts.CheckboxItem>
  );
}

/** A thin line between groups. */
export function MenuLine() {
  return <Parts.Separator className="my-1 h-px bg-line" />;
}
