// Reading and writing through the generated client. tsc holds every path, filter, body and answer here against the document's types;
// a line after @ts-expect-error must be refused by them.
import createClient from 'openapi-fetch';

import type { components, paths } from './api.d.ts';
import { assert, base, test } from './harness.mjs';

type System = components['schemas']['AutonomousSystem'];
type Problem = components['schemas']['Problem'];

const SYSTEMS = '/api/peering/autonomous-systems/';
const SYSTEM = '/api/peering/autonomous-systems/{id}/';
const TAGS = '/api/extras/tags/';
const TAG = '/api/extras/tags/{id}/';
const ROUTERS = '/api/devices/routers/';
const ROUTER = '/api/devices/routers/{id}/';
const api = createClient<paths>({ baseUrl: base, headers: { Authorization: 'Token 0123456789abcdef0123456789abcdef01234567' } });

/** What was answered, with the status that was expected. */
function got<T>(answer: { data?: T; error?: unknown; response: Response }, status: number): T {
  assert.equal(answer.response.status, status, JSON.stringify(answer.error));
  assert.equal(answer.error, undefined);
  assert.ok(answer.data !== undefined);
  return answer.data;
}

/** An answer to a write that takes one or several, of which one was given. */
function one<T>(value: T | T[]): T {
  assert.ok(!Array.isArray(value));
  return value;
}

function several<T>(value: T | T[]): T[] {
  assert.ok(Array.isArray(value));
  return value;
}

function key(row: { id?: number }): number {
  assert.ok(row.id !== undefined);
  return row.id;
}

/** The problem that was answered, with the status that was expected. */
function refused(answer: { error?: Problem; response: Response }, status: number): Problem {
  assert.equal(answer.response.status, status);
  assert.ok(answer.error !== undefined);
  return answer.error;
}

async function gone(path: typeof SYSTEM | typeof TAG | typeof ROUTER, id: number): Promise<void> {
  const { error, response } = await api.DELETE(path, { params: { path: { id } } });
  assert.equal(response.status, 204, JSON.stringify(error));
  const problem = refused(await api.GET(path, { params: { path: { id } } }), 404);
  assert.ok('detail' in problem);
  assert.match(String(problem.detail), /^No \w+ matches the given query\.$/);
}

test('lists: filters of several values, ordered', async () => {
  const query = { asn: [64500, 64501], ordering: '-asn' };
  const { count, next, previous, results } = got(await api.GET(SYSTEMS, { params: { query } }), 200);
  assert.deepEqual([count, next, previous, results.map((row) => row.asn)], [2, null, null, [64501, 64500]]);
  assert.deepEqual(results[1]?.name, 'Koine Example Network');
});

test('lists: lookups, and a relation shown in the row', async () => {
  const found = got(await api.GET(SYSTEMS, { params: { query: { asn__gte: [64500], name__ic: ['koine'], tag: ['core'] } } }), 200).results;
  assert.ok(found.length > 0);
  for (const row of found) {
    assert.match(row.name ?? '', /koine/i);
    assert.ok(row.tags?.some((tag) => tag.slug === 'core'));
  }
});

test('lists: pages, to the end', async () => {
  const seen = new Set<number>();
  let total = 0;
  for (let offset = 0, more = true; more; offset += 7) {
    const page = got(await api.GET(SYSTEMS, { params: { query: { limit: 7, offset } } }), 200);
    page.results.forEach((row) => seen.add(key(row)));
    more = page.next !== null;
    total = page.count;
    assert.equal(page.previous === null, offset === 0);
  }
  assert.equal(seen.size, total);
});

test('lists: brief, and some fields', async () => {
  const [short] = got(await api.GET(SYSTEMS, { params: { query: { asn: [64500], brief: '1' } } }), 200).results;
  assert.deepEqual([short?.asn, short?.created], [64500, undefined]);
  const [asked] = got(await api.GET(SYSTEMS, { params: { query: { asn: [64500], fields: 'asn,name' } } }), 200).results;
  assert.deepEqual(asked, { asn: 64500, name: 'Koine Example Network' });
});

test('an autonomous system: made, read, changed, replaced, deleted', async () => {
  const body = { asn: 65501, name: 'Generated', irr_as_set: 'RIPE::AS-GENERATED', tags: [{ slug: 'core' }], local_context_data: { site: { floor: 2 } } };
  const answer = await api.POST(SYSTEMS, { body });
  const made = one(got(answer, 201));
  const id = key(made);
  assert.equal(answer.response.headers.get('Location'), made.url);
  assert.deepEqual([made.asn, made.tags?.map((tag) => tag.slug), made.local_context_data], [65501, ['core'], body.local_context_data]);
  const params = { path: { id } };
  const read: System = got(await api.GET(SYSTEM, { params }), 200);
  assert.deepEqual(read, made);
  const changed = got(await api.PATCH(SYSTEM, { params, body: { ipv4_max_prefixes: 500, tags: [] } }), 200);
  assert.deepEqual([changed.ipv4_max_prefixes, changed.tags, changed.name], [500, [], 'Generated']);
  const replaced = got(await api.PUT(SYSTEM, { params, body: { asn: 65501, name: 'Replaced', irr_as_set: null } }), 200);
  assert.deepEqual([replaced.name, replaced.irr_as_set, replaced.ipv4_max_prefixes], ['Replaced', null, 500]);
  await gone(SYSTEM, id);
});

test('autonomous systems: several made, changed, replaced and deleted at once', async () => {
  const body = [65511, 65512, 65513].map((asn) => ({ asn, name: `Bulk ${asn}` }));
  const made = several(got(await api.POST(SYSTEMS, { body }), 201));
  assert.deepEqual(made.map((row) => row.asn), [65511, 65512, 65513]);
  const changed = got(await api.PATCH(SYSTEMS, { body: made.map((row) => ({ id: key(row), comments: 'together' })) }), 200);
  assert.deepEqual(changed.map((row) => [row.name, row.comments]), body.map(({ name }) => [name, 'together']));
  const replaced = got(await api.PUT(SYSTEMS, { body: made.map((row) => ({ id: key(row), asn: row.asn ?? 0, name: `Put ${row.asn}` })) }), 200);
  assert.deepEqual(replaced.map((row) => row.name), ['Put 65511', 'Put 65512', 'Put 65513']);
  const deleted = await api.DELETE(SYSTEMS, { body: made.map((row) => ({ id: key(row) })) });
  assert.equal(deleted.response.status, 204, JSON.stringify(deleted.error));
  assert.equal(got(await api.GET(SYSTEMS, { params: { query: { asn: [65511, 65512, 65513] } } }), 200).count, 0);
});

test('a router: its platform and autonomous system told by what they have', async () => {
  const body = { name: 'gen1', hostname: 'gen1.example.net', platform: { slug: 'juniper-junos' }, local_autonomous_system: { asn: 64500 }, status: 'maintenance' as const };
  const made = one(got(await api.POST(ROUTERS, { body }), 201));
  assert.deepEqual([made.platform?.name, made.local_autonomous_system?.asn, made.status], ['Juniper Junos', 64500, { value: 'maintenance', label: 'Maintenance' }]);
  const params = { path: { id: key(made) } };
  const changed = got(await api.PATCH(ROUTER, { params, body: { status: 'enabled', platform: made.platform?.id ?? 0, configuration_template: null } }), 200);
  assert.deepEqual([changed.status?.label, changed.platform?.slug, changed.configuration_template], ['Enabled', 'juniper-junos', null]);
  const put = got(await api.PUT(ROUTER, { params, body: { ...body, name: 'gen2' } }), 200);
  assert.deepEqual([put.name, got(await api.GET(ROUTERS, { params: { query: { name: ['gen2'] } } }), 200).count], ['gen2', 1]);
  const problem = refused(await api.PATCH(ROUTER, { params, body: { platform: { name: 'nothing' } } }), 400);
  assert.deepEqual(problem, { platform: ["Related object not found using the provided attributes: {'name': 'nothing'}"] });
  await gone(ROUTER, key(made));
});

test('tags: one, and several at once', async () => {
  const made = one(got(await api.POST(TAGS, { body: { name: 'Generated', slug: 'generated', color: 'abcdef' } }), 201));
  const params = { path: { id: key(made) } };
  assert.equal(got(await api.GET(TAG, { params }), 200).color, 'abcdef');
  assert.equal(got(await api.PATCH(TAG, { params, body: { description: 'made by a generated client' } }), 200).description, 'made by a generated client');
  assert.equal(got(await api.PUT(TAG, { params, body: { name: 'Generated', slug: 'generated-2' } }), 200).slug, 'generated-2');
  const more = several(got(await api.POST(TAGS, { body: ['a', 'b'].map((end) => ({ name: `Gen ${end}`, slug: `gen-${end}` })) }), 201));
  const changed = got(await api.PATCH(TAGS, { body: more.map((row) => ({ id: key(row), color: '000000' })) }), 200);
  assert.deepEqual(changed.map((row) => row.color), ['000000', '000000']);
  const deleted = await api.DELETE(TAGS, { body: more.map((row) => ({ id: key(row) })) });
  assert.equal(deleted.response.status, 204, JSON.stringify(deleted.error));
  assert.equal(got(await api.GET(TAGS, { params: { query: { slug: ['gen-a', 'gen-b'] } } }), 200).count, 0);
  await gone(TAG, key(made));
});

test('faults are read as problems', async () => {
  const taken = refused(await api.POST(SYSTEMS, { body: { asn: 64500, name: 'Taken' } }), 400);
  assert.deepEqual(taken, { asn: ['autonomous system with this ASN already exists.'] });
  const second = refused(await api.POST(SYSTEMS, { body: [{ asn: 65520, name: 'Fine' }, { asn: 64500, name: 'Taken' }] }), 400);
  assert.deepEqual(second, [{}, taken]);
  const stranger = createClient<paths>({ baseUrl: base });
  const unknown = refused(await stranger.GET(SYSTEMS), 403);
  assert.ok('detail' in unknown);
  assert.equal(unknown.detail, 'Authentication credentials were not provided.');
});

test('what the types refuse, the server refuses or passes over', async () => {
  // @ts-expect-error: asn and name are required
  assert.deepEqual(refused(await api.POST(SYSTEMS, { body: {} }), 400), { asn: ['This field is required.'], name: ['This field is required.'] });
  // @ts-expect-error: a number is not a text
  assert.deepEqual(refused(await api.GET(SYSTEMS, { params: { query: { asn: ['x'] } } }), 400), { asn: ['Enter a whole number.'] });
  // @ts-expect-error: no such filter
  assert.ok(got(await api.GET(SYSTEMS, { params: { query: { bogus: 1 } } }), 200).count > 0);
  // @ts-expect-error: no such status
  refused(await api.PATCH(ROUTER, { params: { path: { id: 1 } }, body: { status: 'gone' } }), 400);
  // @ts-expect-error: changing many needs their keys
  assert.deepEqual(refused(await api.PATCH(SYSTEMS, { body: [{ name: 'x' }] }), 400), [{ id: ['This field is required.'] }]);
});
