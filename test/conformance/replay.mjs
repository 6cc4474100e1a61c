// SPDX-License-Identifier: Apache-2.0
// Replays a recording in the WebAssembly module: node replay.mjs MODULE FILE;
// or tries the cipher: node replay.mjs MODULE --crypto.
// Prints and exits as test/conformance/replay.c and ports/cortexm do.
import { readFileSync } from "node:fs";

const [, , modulePath, filePath] = process.argv;
if (!filePath) {
  console.error("usage: node replay.mjs MODULE FILE|--crypto");
  process.exit(2);
}

const module = new WebAssembly.Module(readFileSync(modulePath));
const imports = WebAssembly.Module.imports(module);
if (imports.length > 0) {
  console.error("the module wants imports: " +
    imports.map((i) => `${i.module}.${i.name}`).join(", "));
  process.exit(2);
}
const web = new WebAssembly.Instance(module, {}).exports;
web._initialize();

const hex = (v) => (v >>> 0).toString(16).padStart(8, "0");
const digest = () => hex(web.tn_web_get_digest_high()) +
  hex(web.tn_web_get_digest_low());

if (filePath === "--crypto") {
  web.tn_web_probe_crypto();
  console.log(`${digest()} crypto`);
  process.exit(0);
}

const file = readFileSync(filePath);
if (file.length > web.tn_web_get_buffer_cap()) {
  console.error(`${filePath}: too large`);
  process.exit(2);
}
new Uint8Array(web.memory.buffer, web.tn_web_get_buffer()).set(file);

const err = web.tn_web_replay(file.length);
const step = web.tn_web_get_step() >>> 0;
if (err !== 0) {
  const bytes = new Uint8Array(web.memory.buffer);
  const at = web.tn_web_get_error_text(err);
  const text = Buffer.from(bytes.slice(at, bytes.indexOf(0, at))).toString();
  console.log(`${text}: offset ${web.tn_web_get_offset() >>> 0}\nstep ${step}`);
  process.exit(err === -20 ? 1 : 2);
}
console.log(`${digest()} steps ${step}`);
