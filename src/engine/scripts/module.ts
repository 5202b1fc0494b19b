import { newQuickJSWASMModuleFromVariant, newVariant, RELEASE_SYNC, type QuickJSWASMModule } from "quickjs-emscripten";
import { scriptBounds } from "./bounds.ts";

const pageBytes = 64 * 1024;
/** What QuickJS was built to begin with. */
const initialBytes = 16 * 1024 * 1024;
/** QuickJS itself: its code's data, its stack and what it holds before a script begins. */
const ownBytes = 8 * 1024 * 1024;

type Memory = Awaited<ReturnType<Extract<NonNullable<Parameters<typeof newVariant>[1]["wasmMemory"]>, () => unknown>>>;
/** The types of Node.js do not have it. */
const { Memory } = (globalThis as unknown as { WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => Memory } })
  .WebAssembly;

/**
 * A QuickJS whose whole memory is bounded. Its own limit looks at each piece of memory alone in this build, so that many pieces (typed arrays, texts,
 * objects) pass it together; the memory of the WebAssembly module is what no script gets past.
 */
export function boundedModule(): Promise<QuickJSWASMModule> {
  const wasmMemory = () =>
    Promise.resolve(new Memory({ initial: initialBytes / pageBytes, maximum: (scriptBounds.memory + ownBytes) / pageBytes }));
  return newQuickJSWASMModuleFromVariant(newVariant(RELEASE_SYNC, { wasmMemory }));
}
