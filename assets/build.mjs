// Builds the front-end: entry points to hashed files, one icon sprite, a manifest, and .gz/.br beside each text file.
//
// Called by `python -m yicheng.runtime.assets`, which installs the locked npm packages first.
// Arguments: the output folder, then the folders of parts that bring assets of their own
// (an application's `assets/inspector.js` becomes `urban/inspector.js`).
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const [outdir, ...partFolders] = process.argv.slice(2).map((path) => resolve(path));
const staging = `${outdir}.new`;
const packages = join(here, "..", "node_modules");
// Phones of ten years ago still report a broken lamp: syntax is lowered for their browsers.
const target = ["chrome87", "firefox86", "safari14.1"];
const common = {
  bundle: true,
  minify: true,
  target,
  outdir: join(staging, "assets"),
  entryNames: "[dir]/[name]-[hash]",
  assetNames: "files/[name]-[hash]",
  loader: { ".woff": "file", ".woff2": "file", ".png": "file", ".svg": "file", ".ttf": "file", ".eot": "file" },
  nodePaths: [packages],
  metafile: true,
  logLevel: "warning",
  logLimit: 5,
  legalComments: "linked",
};
const manifest = {};

await rm(staging, { recursive: true, force: true });
await mkdir(join(staging, "assets"), { recursive: true });
await icons();
// The map's worker is a file of its own: a strict policy allows no code made from a string.
const worker = await bundle({ "map-worker": join(packages, "maplibre-gl/dist/maplibre-gl-worker.mjs") }, { format: "esm" });
await bundle(
  { ...(await ownEntries()), ...(await partEntries()) },
  { format: "esm", splitting: true, chunkNames: "shared/[name]-[hash]", define: { MAP_WORKER: JSON.stringify(basename(worker["map-worker.js"])) } },
);
await bundle({ offline: join(here, "js/offline.js") }, { format: "iife" });
await writeFile(join(staging, "manifest.json"), JSON.stringify(manifest, Object.keys(manifest).sort(), 1));
await compress(join(staging, "assets"));
await rm(outdir, { recursive: true, force: true });
await rename(staging, outdir);

async function ownEntries() {
  return {
    base: join(here, "js/base.js"),
    map: join(here, "js/map.js"),
    charts: join(here, "js/charts.js"),
    diagram: join(here, "js/diagram.js"),
    "form-editor": join(here, "js/form-editor.js"),
    style: join(here, "css/style.css"),
  };
}

async function partEntries() {
  const found = {};
  for (const folder of partFolders) {
    const label = basename(dirname(folder));
    for (const name of (await readdir(folder)).sort()) {
      const match = /^([a-z][a-z0-9-]*)\.(js|css)$/.exec(name);
      if (match) found[`${label}/${match[1]}`] = join(folder, name);
    }
  }
  return found;
}

async function bundle(entryPoints, options) {
  const { metafile } = await build({ ...common, ...options, entryPoints });
  const made = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const file = relative(staging, resolve(path)).replaceAll("\\", "/");
    const name = file.replace(/^assets\//, "").replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1");
    made[name] = file;
    manifest[name] = file;
    if (output.cssBundle) {
      const css = relative(staging, resolve(output.cssBundle)).replaceAll("\\", "/");
      manifest[name.replace(/\.js$/, ".css")] = css;
    }
  }
  return made;
}

async function icons() {
  const lists = [join(here, "icons.txt"), ...partFolders.map((folder) => join(folder, "icons.txt"))];
  const names = new Set();
  for (const list of lists) {
    const text = await readFile(list, "utf8").catch((error) => (error.code === "ENOENT" ? "" : Promise.reject(error)));
    text.split(/\s+/).filter(Boolean).forEach((name) => names.add(name));
  }
  const symbols = [];
  for (const name of [...names].sort()) {
    const svg = await readFile(join(packages, "lucide-static/icons", `${name}.svg`), "utf8");
    const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`);
  }
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg"><!-- lucide-static, ISC -->${symbols.join("")}</svg>\n`;
  await emit("icons.svg", sprite);
  await emit("mark.svg", await readFile(join(here, "mark.svg")));
  manifest.icons = [...names].sort().join(" ");
}

async function emit(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const file = `assets/${name.replace(/(\.\w+)$/, `-${hash}$1`)}`;
  await writeFile(join(staging, file), content);
  manifest[name] = file;
}

async function compress(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !/\.(js|css|svg|json)$/.test(entry.name)) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const content = await readFile(path);
    if (content.length < 1024) continue;
    await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    await writeFile(`${path}.br`, await promisify(brotliCompress)(content, { params }));
  }
}
