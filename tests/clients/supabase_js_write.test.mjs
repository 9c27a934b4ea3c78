// 24 with tokens, through @supabase/supabase-js (sb): who may read, who may write. The tokens are `koine token create`'s.
import { createClient } from '@supabase/supabase-js';
import { assert, base, failed, ids, run, test } from './harness.mjs';

const as = (key) => createClient(base, key, { auth: { persistSession: false } });
const writer = as(process.env.KOINE_WRITER);
const reader = as(process.env.KOINE_READER);

test('24 a token that may write', async () => {
  const answer = await writer.from('w').insert({ name: 'new' }).select('id, name').single();
  assert.deepEqual([answer.data, answer.status], [{ id: 4, name: 'new' }, 201]);
  assert.equal((await writer.from('w').update({ qty: 9 }).eq('id', 4)).status, 204);
  assert.deepEqual((await writer.from('w').upsert({ id: 4, name: 'newer' }).select('name').single()).data, { name: 'newer' });
  assert.deepEqual(ids(await writer.from('w').delete().eq('id', 4).select('id')), [4]);
});
test('24 a token that may read', async () => {
  assert.deepEqual(ids(await reader.from('artist').select('id').order('id').limit(1)), [1]);
  for (const write of [reader.from('w').insert({ name: 'x' }), reader.from('w').update({ qty: 1 }).eq('id', 1), reader.from('w').delete().eq('id', 1),
    reader.from('w').upsert({ id: 1, name: 'x' })]) {
    failed(await write, 403, { code: '42501', message: 'permission denied for table w' });
  }
});
test('24 a key that is none', async () => {
  failed(await as('wrong-key').from('artist').select('id'), 401, { code: 'PGRST301' });
  failed(await as('wrong-key').from('w').insert({ name: 'x' }), 401, { code: 'PGRST301' });
});
test('nothing of that was written', async () => {
  assert.deepEqual(ids(await reader.from('w').select('id').order('id')), [1, 2, 3]);
});

await run();
