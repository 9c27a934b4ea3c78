// The writing half of react-admin's provider @raphiniert/ra-data-postgrest (ra), numbered as in the Proof, on a server with --write.
import module from '@raphiniert/ra-data-postgrest';
import { assert, base, fetchJson, run, test } from './harness.mjs';

const factory = module.default ?? module;
const provider = factory({
  apiUrl: base, httpClient: fetchJson, defaultListOp: 'eq', schema: () => '', primaryKeys: new Map([['w2', ['a', 'b']]]),
});
const rejects = (promise, status, message) => assert.rejects(promise, (fault) => {
  assert.equal(fault.status, status, fault.message);
  assert.match(fault.message, message);
  return true;
});
const names = async () => {
  const answer = await provider.getList('w', { pagination: { page: 1, perPage: 50 }, sort: { field: 'id', order: 'ASC' }, filter: {} });
  return answer.data.map((row) => row.name);
};

test('59 create', async () => {
  const { data } = await provider.create('w', { data: { name: 'four', code: 'C4' } });
  assert.deepEqual(data, { id: 4, name: 'four', qty: 5, code: 'C4', genre_id: null });
  assert.deepEqual(await names(), ['one', 'two', 'three', 'four']);
});
test('59 create with a violated check is rejected with its message', async () => {
  await rejects(provider.create('w', { data: { name: 'bad', qty: -1 } }), 400, /violates check constraint "w_qty_check"/);
  await rejects(provider.create('w', { data: { name: 'bad', code: 'C4' } }), 409, /w_code_key/);
  assert.deepEqual(await names(), ['one', 'two', 'three', 'four']);
});
test('59 update', async () => {
  const previousData = (await provider.getOne('w', { id: 4 })).data;
  const { data } = await provider.update('w', { id: 4, data: { ...previousData, name: 'vier' }, previousData });
  assert.deepEqual([data.id, data.name, data.qty], [4, 'vier', 5]);
  await rejects(provider.update('w', { id: 99, data: { name: 'x' }, previousData: { id: 99 } }), 406, /.+/);
});
test('59 updateMany', async () => {
  assert.deepEqual((await provider.updateMany('w', { ids: [3, 4], data: { qty: 7 } })).data.sort(), [3, 4]);
  assert.equal((await provider.getOne('w', { id: 3 })).data.qty, 7);
});
test('59 delete', async () => {
  const { data } = await provider.delete('w', { id: 4, previousData: { id: 4 } });
  assert.equal(data.name, 'vier');
  await rejects(provider.delete('w', { id: 4, previousData: { id: 4 } }), 406, /.+/);
});
test('59 deleteMany', async () => {
  assert.deepEqual((await provider.deleteMany('w', { ids: [1, 3] })).data.sort(), [1, 3]);
  assert.deepEqual(await names(), ['two']);
});
test('58 a compound key: create, update, delete', async () => {
  const created = (await provider.create('w2', { data: { a: 7, b: 8, v: 'x' } })).data;
  assert.deepEqual([created.id, created.v], [JSON.stringify([7, 8]), 'x']);
  const updated = (await provider.update('w2', { id: created.id, data: { ...created, v: 'y' }, previousData: created })).data;
  assert.deepEqual([updated.id, updated.v], [created.id, 'y']);
  assert.equal((await provider.getOne('w2', { id: created.id })).data.v, 'y');
  assert.equal((await provider.delete('w2', { id: created.id, previousData: updated })).data.v, 'y');
  await rejects(provider.getOne('w2', { id: created.id }), 406, /.+/);
});
test('58 a compound key: many', async () => {
  const ids = [JSON.stringify([1, 2]), JSON.stringify([2, 1])];
  assert.deepEqual((await provider.updateMany('w2', { ids, data: { v: 'z' } })).data.sort(), ids);
  assert.deepEqual((await provider.deleteMany('w2', { ids })).data.sort(), ids);
  const left = await provider.getList('w2', { pagination: { page: 1, perPage: 50 }, sort: { field: 'id', order: 'ASC' }, filter: {} });
  assert.deepEqual(left.data.map((row) => row.v), ['one']);
});

await run();
