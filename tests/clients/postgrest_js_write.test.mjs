// The writing scenarios of the Proof through @supabase/postgrest-js (js), numbered as there, on a server with --write.
import { PostgrestClient } from '@supabase/postgrest-js';
import { assert, base, failed, ids, run, test } from './harness.mjs';

const client = new PostgrestClient(base);
const w = () => client.from('w');
const w2 = () => client.from('w2');
const ROWS = [{ id: 1, name: 'one', qty: 1, code: 'C1', genre_id: 1 }, { id: 2, name: 'two', qty: 2, code: 'C2', genre_id: null },
  { id: 3, name: 'three', qty: null, code: null, genre_id: 2 }];
const PAIRS = [{ a: 1, b: 1, v: 'one' }, { a: 1, b: 2, v: 'two' }, { a: 2, b: 1, v: 'three' }];

/** What must have worked; its data. */
function done(answer, status) {
  assert.equal(answer.error ?? null, null, JSON.stringify(answer.error));
  assert.equal(answer.status, status);
  return answer.data;
}
const all = async () => done(await w().select().order('id'), 200);
const pairs = async () => done(await w2().select().order('a').order('b'), 200);

/** A scenario that begins with the rows of the proof. */
const scenario = (name, body) => test(name, async () => {
  done(await w().delete().gte('id', 0), 204);
  done(await w().insert(ROWS), 201);
  done(await w2().delete().gte('a', 0), 204);
  done(await w2().insert(PAIRS), 201);
  await body();
});

scenario('40 insert, nothing asked back', async () => {
  assert.equal(done(await w().insert({ name: 'new' }), 201), null);
  assert.deepEqual((await all())[3], { id: 4, name: 'new', qty: 5, code: null, genre_id: null });
});
scenario('40 insert and select', async () => {
  assert.deepEqual(done(await w().insert({ name: 'new' }).select(), 201), [{ id: 4, name: 'new', qty: 5, code: null, genre_id: null }]);
});
scenario('40 insert, select, single', async () => {
  assert.deepEqual(done(await w().insert({ name: 'new', code: 'a,b "c"' }).select('id, code').single(), 201), { id: 4, code: 'a,b "c"' });
});
scenario('40 insert, counted', async () => {
  const answer = await w().insert([{ name: 'a' }, { name: 'b' }], { count: 'exact' });
  assert.deepEqual([done(answer, 201), answer.count], [null, 2]);
});
scenario('41 a missing key is null', async () => {
  assert.deepEqual(done(await w().insert([{ name: 'a', qty: 1 }, { name: 'b' }]).select('name, qty'), 201),
    [{ name: 'a', qty: 1 }, { name: 'b', qty: null }]);
});
scenario('41 or the default', async () => {
  assert.deepEqual(done(await w().insert([{ name: 'a', qty: 1 }, { name: 'b' }], { defaultToNull: false }).select('name, qty'), 201),
    [{ name: 'a', qty: 1 }, { name: 'b', qty: 5 }]);
});
scenario('42 a duplicate key', async () => {
  failed(await w().insert({ id: 1, name: 'x' }), 409, { code: '23505', details: 'Key (id)=(1) already exists.' });
  done(await w().insert({ id: 1000, name: 'x' }), 201);
  failed(await w().insert({ id: 1000, name: 'x' }), 409, { code: '23505', details: 'Key (id)=(1000) already exists.' });
});
scenario('42 the other constraints', async () => {
  failed(await w().insert({ name: 'x', genre_id: 999 }), 409, { code: '23503', message: /w_genre_id_fkey/ });
  failed(await w().insert({ name: null }), 400, { code: '23502' });
  failed(await w().insert({ name: 'x', qty: -1 }), 400, { code: '23514', message: /w_qty_check/ });
  failed(await w().insert({ name: 'x', qty: 'many' }), 400, { code: '22P02' });
  failed(await w().insert({ name: 'x', nocol: 1 }), 400, { code: 'PGRST204' });
  failed(await client.from('gen').insert({ a: 1, b: 2 }), 400, { code: '428C9' });
  assert.deepEqual(await all(), ROWS);
});
scenario('42 many rows, one of them bad', async () => {
  const rows = Array.from({ length: 500 }, (_, n) => ({ name: `n${n}`, qty: n === 499 ? -1 : n }));
  failed(await w().insert(rows), 400, { code: '23514' });
  assert.deepEqual(await all(), ROWS);
});
scenario('43 upsert: all there, none there, some', async () => {
  assert.deepEqual(done(await w2().upsert([{ a: 1, b: 2, v: 'TWO' }]).select(), 200), [{ a: 1, b: 2, v: 'TWO' }]);
  assert.deepEqual(done(await w2().upsert({ a: 5, b: 5, v: 'new' }).select().single(), 201), { a: 5, b: 5, v: 'new' });
  assert.equal(done(await w2().upsert([{ a: 1, b: 1, v: 'ONE' }, { a: 6, b: 6, v: 'x' }]), 201), null);
  assert.deepEqual((await pairs()).map((row) => row.v), ['ONE', 'TWO', 'three', 'new', 'x']);
});
scenario('43 upsert, duplicates ignored', async () => {
  assert.deepEqual(done(await w2().upsert([{ a: 1, b: 2, v: 'TWO' }], { ignoreDuplicates: true }).select(), 201), []);
  assert.deepEqual(await pairs(), PAIRS);
});
scenario('43 upsert on another key', async () => {
  assert.deepEqual(done(await w().upsert({ code: 'C2', name: 'dos' }, { onConflict: 'code' }).select('id, name, qty').single(), 200),
    { id: 2, name: 'dos', qty: 2 });
  failed(await w().upsert({ name: 'one' }, { onConflict: 'name' }), 400, { code: '42P10' });
});
scenario('43 upsert, the same key twice', async () => {
  failed(await w2().upsert([{ a: 7, b: 7, v: 'x' }, { a: 7, b: 7, v: 'y' }]), 400, { code: '21000' });
  assert.deepEqual(await pairs(), PAIRS);
});
scenario('44 update', async () => {
  assert.equal(done(await w().update({ qty: 3 }).eq('id', 1), 204), null);
  assert.deepEqual(done(await w().update({ qty: 4 }).eq('id', 1).select('id,qty').single(), 200), { id: 1, qty: 4 });
  assert.deepEqual(done(await w().update({ qty: 4 }).eq('id', 99).select(), 200), []);
  const counted = await w().update({ qty: 9 }, { count: 'exact' }).in('id', [1, 2]);
  assert.deepEqual([done(counted, 204), counted.count], [null, 2]);
});
scenario('44 update of two as one: nothing changed', async () => {
  failed(await w().update({ qty: 3 }).in('id', [1, 2]).select().single(), 406, { code: 'PGRST116', details: /2 rows/ });
  assert.deepEqual(await all(), ROWS);
});
scenario('44 update by or, moving rows out of it', async () => {
  assert.deepEqual(ids(await w().update({ qty: 50 }).or('qty.eq.1,qty.eq.2').select('id').order('id')), [1, 2]);
});
scenario('45 delete', async () => {
  const counted = await w().delete({ count: 'exact' }).gt('id', 1);
  assert.deepEqual([done(counted, 204), counted.count], [null, 2]);
  assert.deepEqual(done(await w().delete().eq('id', 1).select(), 200), [ROWS[0]]);
  assert.deepEqual(await all(), []);
});
scenario('45 delete what is referred to', async () => {
  failed(await client.from('genre').delete().eq('id', 1), 409, { code: '23503', details: /still referenced/ });
});
scenario('46 at most', async () => {
  failed(await w().update({ qty: 8 }).gte('id', 0).maxAffected(1), 400, { code: 'PGRST124', details: /3 rows/ });
  failed(await w().delete().gte('id', 0).maxAffected(2), 400, { code: 'PGRST124' });
  assert.deepEqual(await all(), ROWS);
  done(await w().update({ qty: 8 }).eq('id', 1).maxAffected(1), 204);
  assert.equal((await all())[0].qty, 8);
});
scenario('47 rolled back', async () => {
  assert.deepEqual(done(await w().insert({ name: 'new' }).select('id, name').rollback(), 201), [{ id: 4, name: 'new' }]);
  assert.deepEqual(done(await w().update({ qty: 8 }).eq('id', 1).select('id, qty').rollback(), 200), [{ id: 1, qty: 8 }]);
  assert.deepEqual(done(await w().delete().eq('id', 1).select('id').rollback(), 200), [{ id: 1 }]);
  assert.deepEqual(await all(), ROWS);
});
scenario('54 embeds in what is shown', async () => {
  assert.deepEqual(done(await w().insert({ name: 'new', genre_id: 3 }).select('id, genre(name)').single(), 201),
    { id: 4, genre: { name: 'Electronic' } });
  assert.deepEqual(done(await w().delete().or('id.eq.4,id.eq.3').select('id, genre(name)').order('id'), 200),
    [{ id: 3, genre: { name: 'Pop' } }, { id: 4, genre: { name: 'Electronic' } }]);
});
scenario('64 odd names', async () => {
  const odd = () => client.from('Odd Name');
  done(await odd().delete().gt('my id', 2), 204);
  assert.deepEqual(done(await odd().insert([{ 'my id': 9, 'my, name': 'a', 'dotted.name': 'b' }]).select('"my id","my, name"').single(), 201),
    { 'my id': 9, 'my, name': 'a' });
  assert.deepEqual(done(await odd().update({ 'paren(s)': 'x' }).eq('my id', 9).select('"paren(s)"').single(), 200), { 'paren(s)': 'x' });
  done(await client.from('order').upsert({ id: 7, select: 's', limit: 3 }), 201);
  assert.deepEqual(done(await client.from('order').delete().eq('id', 7).select('limit').single(), 200), { limit: 3 });
});
scenario('as CSV', async () => {
  assert.equal(done(await w().insert({ name: 'a,b' }).select('id, name').csv(), 201), 'id,name\n4,"a,b"');
});
scenario('fifty at once', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => w2().insert({ a: 100 + n, b: n, v: 'x' })));
  for (const answer of answers) done(answer, 201);
  assert.equal((await pairs()).length, 53);
});

await run();
