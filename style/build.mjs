// Builds what the browser gets into target/site: styles, fonts, loader, glue and WASM, each under the hash of its content and
// compressed ahead of time. `node style/build.mjs [--bundle FOLDER] [--out FOLDER] [--no-wasm]`
//
// FOLDER is what `portal-bundle` wrote. Nothing is done when no input changed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import zlib from "node:zlib";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(here);
const { values: options } = parseArgs({
  options: {
    bundle: { type: "string", default: path.join(root, "target/bundle") },
    out: { type: "string", default: path.join(root, "target/site") },
    "no-wasm": { type: "boolean", default: false },
  },
});
const out = path.resolve(options.out);
const bundle = path.resolve(options.bundle);

const hash = (data) => createHash("sha256").update(data).digest("hex").slice(0, 12);
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

/** All files below a folder, sorted, without installed packages and the bundler's own source. */
function files(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !["node_modules", "bundle"].includes(entry.name))
    .flatMap((entry) => {
      const full = path.join(folder, entry.name);
      return entry.isDirectory() ? files(full) : [full];
    })
    .sort();
}

/** One hash over everything that the result depends on. */
function inputs() {
  const all = [...files(here), ...(options["no-wasm"] ? [] : files(bundle))];
  return hash(all.map((file) => `${hash(readFileSync(file))} ${path.relative(root, file)}\n`).join(""));
}

/** Fira Sans for the languages of the portal: Latin-1 and the typographic signs we use, as KERN ships it but a tenth of it. */
async function fonts() {
  const subset = createRequire(import.meta.url)("subset-font");
  const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
  const text = range(0x20, 0x7e) + range(0xa0, 0xff) + "ŒœŠšŽžŸẞ–—‘’‚“”„•…‹›€→←↑↓✓−≤≥\u2011";
  // Kerning, marks and figures of one width; not the small capitals and old-style figures, which would double the size.
  const features = ["kern", "mark", "mkmk", "ccmp", "locl", "tnum"];
  const from = path.join(here, "node_modules/@kern-ux/native/dist/fonts/fira-sans");
  const result = {};
  for (const [weight, name] of [[400, "Regular"], [600, "SemiBold"]]) {
    const whole = readFileSync(path.join(from, `FiraSans-${name}.woff2`));
    result[weight] = await subset(whole, text, { targetFormat: "woff2", noLayoutClosure: true, layoutFeatures: features });
  }
  return result;
}

/** KERN's and our own SCSS to one minified sheet, without the tokens that nobody refers to. */
async function styles() {
  const sass = await import("sass");
  const { transform } = await import("lightningcss");
  let { css } = sass.compile(path.join(here, "portal.scss"), { loadPaths: [path.join(here, "node_modules")], quietDeps: true });
  // A token may be named by another token only, so go on until nothing more falls away. Sass writes one declaration a line.
  for (let before = ""; before !== css;) {
    before = css;
    const used = new Set(Array.from(css.matchAll(/var\(\s*(--[\w-]+)/g), (match) => match[1]));
    css = css.replace(/^\s*(--[\w-]+):[^;{}]*;$/gm, (declaration, name) => (used.has(name) ? declaration : ""));
  }
  return transform({ filename: "portal.css", code: Buffer.from(css), minify: true }).code.toString();
}

/** wasm-opt for size, with just the features that Rust switches on for this target. */
function optimised() {
  const input = path.join(bundle, "portal_bg.wasm");
  const kept = path.join(root, "target/style", `${hash(readFileSync(input))}.wasm`);
  if (!existsSync(kept)) {
    mkdirSync(path.dirname(kept), { recursive: true });
    const features = ["bulk-memory", "bulk-memory-opt", "call-indirect-overlong", "multivalue", "mutable-globals",
      "nontrapping-float-to-int", "reference-types", "sign-ext"];
    execFileSync(process.execPath, [
      path.join(here, "node_modules/binaryen/bin/wasm-opt"), "-Oz", "--strip-debug", "--strip-producers",
      ...features.map((name) => `--enable-${name}`), "-o", `${kept}.part`, input,
    ], { stdio: "inherit" });
    renameSync(`${kept}.part`, kept);
  }
  return readFileSync(kept);
}

/** Puts a file under its hashed name, with a compressed twin for each encoding that makes it smaller. */
function emitter(folder) {
  const manifest = {};
  const report = [];
  const emit = (name, content) => {
    const data = Buffer.from(content);
    const { name: stem, ext } = path.parse(name);
    const hashed = `${stem}.${hash(data)}${ext}`;
    writeFileSync(path.join(folder, hashed), data);
    const br = zlib.brotliCompressSync(data, {
      params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_SIZE_HINT]: data.length },
    });
    const gz = zlib.gzipSync(data, { level: 9 });
    // Fonts are compressed already.
    if (br.length < data.length) writeFileSync(path.join(folder, `${hashed}.br`), br);
    if (gz.length < data.length) writeFileSync(path.join(folder, `${hashed}.gz`), gz);
    manifest[name] = hashed;
    report.push({ name, raw: data.length, br: Math.min(br.length, data.length) });
    return hashed;
  };
  return { emit, manifest, report };
}

/** Replaces a name that must be there; a silent miss would ship a page that loads nothing. */
function replaced(text, from, to) {
  if (!text.includes(from)) throw new Error(`expected ${JSON.stringify(from)} in the text to be rewritten`);
  return text.replaceAll(from, to);
}

async function build() {
  if (!options["no-wasm"] && !existsSync(path.join(bundle, "portal_bg.wasm"))) {
    throw new Error(`no bundle in ${bundle}; \`make bundle\` builds it, --no-wasm leaves the islands out`);
  }
  const stamp = path.join(out, ".inputs");
  const wanted = inputs();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) {
    console.error("site: up to date");
    return;
  }
  const part = `${out}.part`;
  const assets = path.join(part, "assets");
  rmSync(part, { recursive: true, force: true });
  mkdirSync(assets, { recursive: true });
  const { emit, manifest, report } = emitter(assets);

  let css = await styles();
  for (const [weight, data] of Object.entries(await fonts())) {
    const name = `fira-sans-${weight}.woff2`;
    css = replaced(css, name, emit(name, data));
  }
  emit("portal.css", css);
  for (const file of files(path.join(here, "static"))) {
    if (path.basename(file) !== "islands.js") emit(path.basename(file), readFileSync(file));
  }
  if (!options["no-wasm"]) {
    const { minify } = await import("terser");
    const smaller = async (code) => (await minify(code, { module: true, ecma: 2020, compress: { passes: 2 } })).code;
    const wasm = emit("portal_bg.wasm", optimised());
    const glue = emit("portal.js", await smaller(readFileSync(path.join(bundle, "portal.js"), "utf8")));
    let loader = readFileSync(path.join(here, "static/islands.js"), "utf8");
    loader = replaced(replaced(loader, "./portal.js", `./${glue}`), "./portal_bg.wasm", `./${wasm}`);
    emit("islands.js", await smaller(loader));
    const snippets = path.join(bundle, "snippets");
    if (existsSync(snippets)) cpSync(snippets, path.join(assets, "snippets"), { recursive: true });
  }

  writeFileSync(path.join(part, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(path.join(part, ".inputs"), wanted);
  rmSync(out, { recursive: true, force: true });
  renameSync(part, out);
  for (const { name, raw, br } of report) console.error(`  ${name.padEnd(24)} ${kilobytes(raw).padStart(10)}  brotli ${kilobytes(br).padStart(9)}`);
  const first = report.filter(({ name }) => name !== "favicon.svg").reduce((sum, { br }) => sum + br, 0);
  console.error(`site: first load ${kilobytes(first)} and the page's HTML (budget 140 kB)`);
}

await build();
