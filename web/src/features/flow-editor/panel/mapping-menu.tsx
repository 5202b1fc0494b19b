import { ListChecks, MoreHorizontal, Save } from "lucide-react";
import { useState } from "react";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Menu, MenuItem } from "../../../components/ui/menu.tsx";
import { ApplyMapping } from "../../parts/apply-mapping.tsx";
import { SaveAsMapping } from "../../parts/save-as-mapping.tsx";
import { usePlaceData } from "./place-data.tsx";

interface MappingMenuProps {
  app: string;
  operation: string;
  input: Readonly<Record<string, unknown>>;
  /** Called with all that the step is filled with then. */
  onApply: (input: Record<string, unknown>) => void;
}

/** Fills the fields from a mapping template, or makes one of them. */
export function MappingMenu({ onApply, ...step }: MappingMenuProps) {
  const [open, setOpen] = useState<"save" | "use" | null>(null);
  const { sources } = usePlaceData();
  const close = () => setOpen(null);
  return (
    <>
      <Menu
        trigger={
          <IconButton label="More about these fields" className="ml-auto">
            <Icon of={MoreHorizontal} />
          </IconButton>
        }
      >
        <MenuItem icon={ListChecks} onSelect={() => setOpen("use")}>
          Use a mapping
        </MenuItem>
        <MenuItem icon={Save} disabled={Object.keys(step.input).length === 0} onSelect={() => setOpen("save")}>
          Save as mapping
        </MenuItem>
      </Menu>
      <SaveAsMapping open={open === "save"} onClose={close} {...step} />
      <ApplyMapping
        open={open === "use"}
        onClose={close}
        {...step}
        visible={new Set(sources.map(({ name }) => name))}
        onApply={(input) => {
          onApply(input);
          close();
        }}
      />
    </>
  );
}
