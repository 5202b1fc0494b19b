import { cx } from "../../lib/cx.ts";

interface CheckboxProps {
  checked: boolean | "some";
  onChange: (checked: boolean, event: { shiftKey: boolean }) => void;
  label: string;
  className?: string;
}

/** A tick box of the browser's own, in the accent colour. `some` shows the dash. */
export function Checkbox({ checked, onChange, label, className }: CheckboxProps) {
  return (
    <input
      type="checkbox"
      aria-label={label}
      checked={checked === true}
      ref={(box) => {
        if (box) box.indeterminate = checked === "some";
      }}
      onChange={(event) => onChange(event.target.checked, { shiftKey: (event.nativeEvent as MouseEvent).shiftKey === true })}
      className={cx("tick", className)}
    />
  );
}
