import { toast } from "sonner";
import { Disclosure } from "../../../components/ui/disclosure.tsx";
import { DataPanel } from "../data/data-panel.tsx";
import { useSamples } from "../trying/samples-context.tsx";
import { useInsertion, usePlaceData } from "./place-data.tsx";

/** All data that fields can be filled from, with the values of the chosen sample. A click puts a value into the field that had the focus last. */
export function DataDrawer() {
  const data = usePlaceData();
  const { choose, chosen, addEdited, refresh, isRefreshing } = useSamples();
  const insertion = useInsertion();
  const insert = (path: string) => {
    if (!insertion.put(path)) toast.message("Click into a field first. What you choose here goes there");
  };
  return (
    <Disclosure summary="Data of the sample">
      <DataPanel
        data={data}
        pinned={chosen}
        onPin={choose}
        onEdited={addEdited}
        onInsert={insert}
        onRefresh={refresh}
        isRefreshing={isRefreshing}
      />
    </Disclosure>
  );
}
