// The reading half of react-admin's provider @raphiniert/ra-data-postgrest (ra), with a fetch as react-admin's fetchJson.
import module from '@raphiniert/ra-data-postgrest';
import { assert, base, fetchJson, run, test } from './harness.mjs';

const factory = module.default ?? module;

const provider = factory({
  apiUrl: base, httpClient: fetchJson, defaultListOp: 'eq', schema: () => '',
  primaryKeys: new Map([['w2', ['a', 'b']], ['album_genre', ['album_id', 'genre_id']]]),
});
const list = (resource, { page = 1, perPage = 2, field = 'id', order = 'ASC', filter = {}, meta } = {}) =>
  provider.getList(resource, { pagination: { page, perPage }, sort: { field, order }, filter, meta });
const idsOf = (answer) => answer.data.map((row) => row.id);

test('55 the first page and the total', async () => {
  const answer = await list('artist');
  assert.deepEqual([idsOf(answer), answer.total], [[1, 2], 5]);
});
test('55 the last page, descending', async () => {
  const answer = await list('artist', { page: 3, order: 'DESC' });
  assert.deepEqual([idsOf(answer), answer.total], [[1], 5]);
});
test('55 a filter without a row', async () => {
  const answer = await list('artist', { filter: { country: 'ZZ' } });
  assert.deepEqual([answer.data, answer.total], [[], 0]);
});
test('55 a page beyond the end is rejected', async () => {
  await assert.rejects(list('artist', { page: 9 }), (fault) => fault.status === 416);
});
test('56 every word must match', async () => {
  assert.deepEqual(idsOf(await list('artist', { perPage: 10, filter: { 'name@ilike': 'b a' } })), [1]);
  assert.deepEqual(idsOf(await list('artist', { perPage: 10, filter: { 'name@ilike': 'a' } })), [1, 3]);
});
test('57 one row, and a missing one', async () => {
  assert.equal((await provider.getOne('artist', { id: 1 })).data.name, 'Abba');
  await assert.rejects(provider.getOne('artist', { id: 99 }), (fault) => fault.status === 406);
});
test('57 many rows', async () => {
  assert.deepEqual(idsOf(await provider.getMany('artist', { ids: [1, 2] })).sort(), [1, 2]);
  assert.deepEqual(idsOf(await provider.getMany('artist', { ids: [3] })), [3]);
});
test('57 what refers to a row', async () => {
  const answer = await provider.getManyReference('album', {
    target: 'artist_id', id: 2, pagination: { page: 1, perPage: 10 }, sort: { field: 'id', order: 'ASC' }, filter: {} });
  assert.deepEqual([idsOf(answer), answer.total], [[3, 4], 2]);
});
test('57 columns and embeds', async () => {
  const columns = await list('artist', { perPage: 1, meta: { columns: ['id', 'name'] } });
  assert.deepEqual(columns.data, [{ id: 1, name: 'Abba' }]);
  const embed = await list('album', { perPage: 1, meta: { embed: ['artist'] } });
  assert.equal(embed.data[0].artist.name, 'Abba');
});
test('57 a nested filter, operators, or', async () => {
  const nested = await list('album', { perPage: 10, filter: { artist: { name: 'Abba' } }, meta: { columns: ['id', 'artist!inner(name)'] } });
  assert.deepEqual(idsOf(nested), [1, 2]);
  assert.deepEqual(idsOf(await list('artist', { perPage: 10, filter: { 'country@in': '(SE,IS)' } })), [1, 2]);
  assert.deepEqual(idsOf(await list('artist', { perPage: 10, filter: { '@or': { 'name@eq': 'Abba', 'id@gt': 4 } } })), [1, 5]);
});
test('57 nulls and order', async () => {
  assert.deepEqual(idsOf(await list('artist', { perPage: 10, field: 'rating', order: 'DESC' })), [3, 2, 1, 5, 4]);
});
test('58 a compound key', async () => {
  assert.equal((await provider.getOne('w2', { id: JSON.stringify([1, 2]) })).data.v, 'two');
  const many = await provider.getMany('w2', { ids: [JSON.stringify([1, 2]), JSON.stringify([2, 1])] });
  assert.deepEqual(many.data.map((row) => row.v).sort(), ['three', 'two']);
  const sorted = await list('w2', { perPage: 10, order: 'DESC' });
  assert.deepEqual(sorted.data.map((row) => row.v), ['three', 'two', 'one']);
});
test('61 an unknown table is rejected with its message', async () => {
  await assert.rejects(list('nosuch'), (fault) => fault.status === 404);
});
test('63 writes on a read-only server are rejected', async () => {
  await assert.rejects(provider.create('w', { data: { name: 'x' } }), (fault) => fault.status === 405);
  await assert.rejects(provider.update('w', { id: 1, data: { qty: 2 }, previousData: { id: 1 } }), (fault) => fault.status === 405);
  await assert.rejects(provider.delete('w', { id: 1, previousData: { id: 1 } }), (fault) => fault.status === 405);
});

await run();
