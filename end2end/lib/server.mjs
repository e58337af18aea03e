// Starts the portal with its demonstration on a free port and an empty data folder, and stops it with all its children.

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The checkout. */
export const ROOT = resolve(import.meta.dirname, "../..");
/** Where logs and pictures of failed steps go. */
export const REPORTS = join(ROOT, "target/test/browser");

/** The portal answers when the demonstration stands, which includes real set-ups in the simulated data centres. */
const START_MS = 300_000;

/**
 * `fault` makes the simulated data centre fail as `server/targets/src/simulator/faults.rs` says; `data` is the data folder.
 * @returns {Promise<{base: string, data: string, fault: (fault: object) => Promise<void>, stop: () => Promise<void>}>}
 */
export async function startPortal() {
  const program = resolve(ROOT, process.env.PORTAL_BINARY ?? process.env.PORTAL_BIN ?? "target/debug/portal");
  const data = await mkdtemp(join(tmpdir(), "portal-end2end-"));
  await mkdir(REPORTS, { recursive: true });
  const log = join(REPORTS, "portal.log");
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const child = spawn(program, ["serve", "--demo"], {
    cwd: ROOT,
    // A process group of its own, so that the simulated data centre ends with the portal.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PORTAL_ADDR: `127.0.0.1:${port}`,
      PORTAL_DATA: data,
      PORTAL_SITE: resolve(ROOT, process.env.PORTAL_SITE ?? "target/site"),
    },
  });
  const file = createWriteStream(log);
  child.stdout.pipe(file);
  child.stderr.pipe(file);
  let ended = null;
  child.on("error", (error) => (ended = error.message));
  child.on("exit", (code, signal) => (ended ??= `it ended with ${signal ?? code}`));
  const stop = async () => {
    if (ended === null) {
      const gone = new Promise((done) => child.once("exit", done));
      signalGroup(child.pid, "SIGTERM");
      await Promise.race([gone, pause(10_000)]);
    }
    signalGroup(child.pid, "SIGKILL");
    await rm(data, { recursive: true, force: true });
  };
  try {
    await until("the portal is ready", START_MS, async () => {
      if (ended !== null) throw new Error(`${program} did not start: ${ended}\n${await tail(log)}`);
      const answer = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
      return answer?.ok === true;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  const fault = async (wanted) => {
    const simulator = (await readFile(join(data, "simulator.addr"), "utf8")).trim();
    const answer = await fetch(`http://${simulator}/_simulator/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(wanted),
    });
    if (!answer.ok) throw new Error(`the simulator refused the fault: ${answer.status} ${await answer.text()}`);
  };
  return { base, data, fault, stop };
}

/** Asks until the answer is true; throws what the question throws, or after `milliseconds`. */
export async function until(what, milliseconds, question) {
  const end = Date.now() + milliseconds;
  while (!(await question())) {
    if (Date.now() > end) throw new Error(`waited ${milliseconds / 1000} s in vain until ${what}`);
    await pause(250);
  }
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // Already gone.
  }
}

async function tail(path) {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").slice(-20).join("\n");
}

function freePort() {
  return new Promise((done, failed) => {
    const probe = createServer();
    probe.once("error", failed);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}
