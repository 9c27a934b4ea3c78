// A tiny harness: `test` collects, `run` runs in order and prints one JSON line a test for run.py to count, then how many there were.
import assert from 'node:assert/strict';

const tests = [];

export { assert };
export const base = process.env.KOINE_URL;
export const test = (name, body) => tests.push({ name, body });

export async function run() {
  for (const { name, body } of tests) {
    const faults = [];
    try {
      await body();
    } catch (fault) {
      faults.push(fault.code === 'ERR_ASSERTION' ? fault.message : String(fault.stack ?? fault));
    }
    console.log(JSON.stringify({ name, faults }));
  }
  console.log(JSON.stringify({ done: tests.length }));
}

/** The ids of a client's rows; throws its error, if it has one. */
export function ids(answer) {
  assert.equal(answer.error ?? null, null, JSON.stringify(answer.error));
  return answer.data.map((row) => row.id);
}

/** Asserts an error of these members, and that the client saw this status. */
export function failed(answer, status, members) {
  assert.ok(answer.error, `no error: ${JSON.stringify(answer.data)}`);
  assert.equal(answer.status, status, JSON.stringify(answer.error));
  for (const [key, value] of Object.entries(members)) {
    if (value instanceof RegExp) assert.match(String(answer.error[key]), value);
    else assert.deepEqual(answer.error[key], value);
  }
}

/** A fetch that rejects what isn't well, as react-admin's fetchJson. */
export async function fetchJson(url, options = {}) {
  const response = await fetch(url, options);
  const body = await response.text();
  let json;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  if (!response.ok) {
    throw Object.assign(new Error(json?.message ?? response.statusText), { status: response.status, body: json });
  }
  return { status: response.status, headers: response.headers, body, json };
}
