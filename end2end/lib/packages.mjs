// Packages as a vendor builds them: a demonstration package under a raised version, by the portal's own command line.

import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "./server.mjs";

const run = promisify(execFile);

/**
 * Builds a package from a demonstration package. `source` names, by file, what makes the new text of the old one.
 * @returns {Promise<{file: string, folder: string, remove: () => Promise<void>}>}
 */
export async function buildPackage(verfahren, version, raised, { source = {}, build = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "portal-package-"));
  const content = join(folder, "content");
  await cp(join(ROOT, "server/demo/packages", verfahren, version), content, { recursive: true });
  for (const name of ["verfahren.yaml", "publiccode.yml", "CHANGELOG.md"]) {
    const path = join(content, name);
    const text = (await readFile(path, "utf8")).replaceAll(version, raised);
    await writeFile(path, source[name] ? source[name](text) : text);
  }
  const file = join(folder, `${verfahren}-${raised}.tgz`);
  if (build) {
    const program = resolve(ROOT, process.env.PORTAL_BINARY ?? process.env.PORTAL_BIN ?? "target/debug/portal");
    await run(program, ["package", "build", content, "--output", file]);
  } else {
    // What the command line refuses to build, a vendor may still pack by hand.
    await run("tar", ["-czf", file, "-C", content, "."]);
  }
  return { file, folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
