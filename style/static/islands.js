// Brings the interactive parts of a page to life. It is loaded as a module (so it is deferred) and does nothing on a page
// without islands: such a page fetches no WASM. The build puts in the hashed names of the two files.
import init, * as glue from "./portal.js";

const islands = document.querySelectorAll("leptos-island");

// An island inside another island's children first tells its parent's children that they are wanted: the parent left that
// callback on the <leptos-children> element when it was started. Document order starts parents before what they contain.
async function start(island) {
  const run = glue[island.dataset.component];
  if (!run || !island.isConnected) return;
  island.parentElement?.closest("leptos-children")?.$$on_hydrate?.();
  await run(island);
}

if (islands.length > 0) {
  await init({ module_or_path: new URL("./portal_bg.wasm", import.meta.url) });
  glue.hydrate();
  for (const island of islands) {
    // One broken island must not take the others with it; the page works without any.
    try {
      await start(island);
    } catch (error) {
      console.error(error);
    }
  }
}
// For style sheets and browser tests: from here on a click does what it will do.
document.documentElement.dataset.islands = "ready";
