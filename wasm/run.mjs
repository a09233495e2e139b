// Interop vectors before the WebAssembly module, in Node and without any package.
//
//   node wasm/run.mjs [DIR|FILE..]     test-vectors/ beside this folder, if nothing is said
//   node wasm/run.mjs --exec           one case on stdin, the answer on stdout: for `mimicred vectors check --exec`
//
// The module is the one that `cargo build --release --target wasm32-unknown-unknown` makes here; MIMICRED_WASM names another.

import { readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, same, write } from './json.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const module = process.env.MIMICRED_WASM ?? join(here, 'target/wasm32-unknown-unknown/release/mimicred_wasm.wasm');
const compiled = new WebAssembly.Module(readFileSync(module));
if (WebAssembly.Module.imports(compiled).length > 0) throw new Error('the module asks for something');

let instance;

/** The answer to a question; throws what the module says of a question that is none. */
function ask(question) {
  instance ??= new WebAssembly.Instance(compiled);
  const { memory, question: room, answer, text } = instance.exports;
  try {
    const octets = new TextEncoder().encode(question);
    // The memory may grow in a call, and is another buffer then.
    const place = room(octets.length) >>> 0;
    new Uint8Array(memory.buffer, place, octets.length).set(octets);
    const length = answer();
    const said = new TextDecoder().decode(new Uint8Array(memory.buffer, text() >>> 0, Math.abs(length)));
    if (length < 0) throw new Error(said);
    return said;
  } catch (error) {
    // After a trap the module is in no state that anybody knows.
    if (error instanceof WebAssembly.RuntimeError) instance = undefined;
    throw error;
  }
}

/** Every JSON file below a folder, in order; a file is itself. */
function files(path) {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path).sort().filter((name) => name.endsWith('.json') || statSync(join(path, name)).isDirectory());
  return entries.flatMap((name) => files(join(path, name)));
}

/** What is wrong with the answer to a case, or nothing. */
function judge(operation, group, one) {
  const input = new Map([...(group.get('input') ?? []), ...(one.get('input') ?? [])]);
  const question = new Map([['id', one.get('id')], ['operation', operation], ['input', input]]);
  let answer;
  try {
    answer = parse(ask(write(question)));
  } catch (error) {
    return `no answer: ${error.message}`;
  }
  if (answer.get('result') !== one.get('result')) {
    return `${answer.get('result')} instead of ${one.get('result')}: ${answer.get('why') ?? ''}`;
  }
  const [expected, found] = [one, answer].map((side) => side.get('output') ?? new Map());
  const names = [...new Set([...expected.keys(), ...found.keys()])];
  const differs = names.find((name) => !same(expected.get(name), found.get(name)));
  return differs && `${differs} is ${write(found.get(differs))} instead of ${write(expected.get(differs))}`;
}

function run(paths) {
  const counts = { files: 0, passed: 0, failed: 0 };
  for (const path of paths.flatMap(files)) {
    const file = parse(readFileSync(path, 'utf8'));
    if (file.get('form') !== 'mimicred-vectors-1') continue;
    counts.files += 1;
    for (const group of file.get('groups')) {
      for (const one of group.get('cases')) {
        const wrong = judge(file.get('operation'), group, one);
        counts[wrong ? 'failed' : 'passed'] += 1;
        if (wrong) console.log(`${path} ${one.get('id')}: ${wrong.slice(0, 300)}`);
      }
    }
  }
  console.log(`${counts.files} files`);
  console.log(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

const words = process.argv.slice(2);
if (words[0] === '--exec') {
  process.stdout.write(ask(readFileSync(0, 'utf8')));
} else {
  process.exitCode = run(words.length > 0 ? words : [join(here, '../test-vectors')]);
}
