// The REST part of @supabase/supabase-js (sb): everything under /rest/v1, with a key and the schema `public`.
import { createClient } from '@supabase/supabase-js';
import { assert, base, failed, ids, run, test } from './harness.mjs';

const client = createClient(base, 'any-key', { auth: { persistSession: false } });

test('24 a row through /rest/v1', async () => {
  assert.deepEqual((await client.from('artist').select('id').order('id').limit(1)).data, [{ id: 1 }]);
});
test('23 the schema public by name, another one not', async () => {
  assert.deepEqual(ids(await client.schema('public').from('genre').select('id').eq('id', 1)), [1]);
  failed(await client.schema('zzz').from('genre').select(), 406, { code: 'PGRST106' });
});
test('2 count, range', async () => {
  const answer = await client.from('artist').select('id', { count: 'exact' }).order('id').range(1, 2);
  assert.deepEqual([ids(answer), answer.count, answer.status], [[2, 3], 5, 206]);
});
test('25 embeds and filters', async () => {
  const answer = await client.from('album').select('title, artist!inner(name)').eq('artist.country', 'SE').order('title');
  assert.deepEqual(answer.data, [{ title: 'Arrival', artist: { name: 'Abba' } }, { title: 'Waterloo', artist: { name: 'Abba' } }]);
});
test('5 single and its error', async () => {
  assert.deepEqual((await client.from('genre').select().eq('id', 1).single()).data, { id: 1, name: 'Rock' });
  failed(await client.from('genre').select().eq('id', 99).single(), 406, { code: 'PGRST116' });
});
test('61 an unknown table, an unknown function', async () => {
  failed(await client.from('nosuch').select(), 404, { code: 'PGRST205' });
  failed(await client.rpc('nosuch'), 404, { code: 'PGRST202' });
});
test('63 a write on a read-only server', async () => {
  failed(await client.from('w').insert({ name: 'x' }).select(), 405, { code: '25006' });
});
test('3 head', async () => {
  const answer = await client.from('track').select('*', { count: 'exact', head: true }).gte('milliseconds', 100000);
  assert.equal(answer.status, 200);
  assert.ok(answer.count > 0 && answer.count < 10000, String(answer.count));
});

await run();
