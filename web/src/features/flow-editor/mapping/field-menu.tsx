import { Braces, Ellipsis, Eraser, List, Type } from "lucide-react";
import { IconButton } from "../../../components/ui/button.tsx";
import { Icon } from "../../../components/ui/icon.tsx";
import { Menu, MenuItem, MenuLine } from "../../../components/ui/menu.tsx";
import { useApps } from "../../../lib/apps.ts";
import { emptied } from "../../../lib/emptied.ts";
import { typeOfSchema } from "../data/schema-fields.ts";
import { reshaped, shapeOf, wantsShape } from "./literal.ts";
import type { MappingFieldProps } from "./props.ts";

type FieldMenuProps = MappingFieldProps & { label: string; isRaw: boolean; onRaw: (isRaw: boolean) => void };

/** What can be done with the field as a whole: how it is written, whether it is sent, whether it is emptied. */
export function FieldMenu({ field, value, onChange, mayEmpty, app, takes, label, isRaw, onRaw }: FieldMenuProps) {
  const apps = useApps();
  const shape = shapeOf(value);
  const wanted = field.schema === undefined ? null : wantsShape(typeOfSchema(field.schema));
  const isOpen = field.schema === undefined || typeOfSchema(field.schema) === "any";
  const other = app === undefined ? "the other side" : apps.title(app);
  return (
    <Menu
      trigger={
        <IconButton small label={`More for ${label}`}>
          <Icon of={Ellipsis} size={14} />
        </IconButton>
      }
    >
      {shape === "text" && (
        <MenuItem icon={isRaw ? Type : Braces} onSelect={() => onRaw(!isRaw)}>
          {isRaw ? "Show chips" : "Show as template"}
        </MenuItem>
      )}
      {takes !== "expression" && shape !== "text" && shape !== "emptied" && (
        <MenuItem icon={Type} onSelect={() => onChange(reshaped(value, "text"))}>
          Use one value
        </MenuItem>
      )}
      {takes !== "expression" && shape !== "list" && (wanted === "list" || isOpen) && (
        <MenuItem icon={List} onSelect={() => onChange(reshaped(value, "list"))}>
          Write a list, item by item
        </MenuItem>
      )}
      {takes !== "expression" && shape !== "object" && (wanted === "object" || isOpen) && (
        <MenuItem icon={Braces} onSelect={() => onChange(reshaped(value, "object"))}>
          Write values with names
        </MenuItem>
      )}
      <MenuLine />
      <MenuItem disabled={value === undefined} onSelect={() => onChange(undefined)}>
        Leave it as it is (not sent)
      </MenuItem>
      {mayEmpty === true && (
        <MenuItem icon={Eraser} disabled={shape === "emptied"} onSelect={() => onChange(emptied)}>
          Empty it: remove what {other} holds
        </MenuItem>
      )}
    </Menu>
  );
}
