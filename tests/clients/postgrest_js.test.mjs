// The reading scenarios of the Proof through @supabase/postgrest-js (js), numbered as there.
import { PostgrestClient } from '@supabase/postgrest-js';
import { assert, base, failed, ids, run, test } from './harness.mjs';

const client = new PostgrestClient(base);
const artist = () => client.from('artist');

test('1 two columns, ordered, limited', async () => {
  const answer = await artist().select('id, name').order('id').limit(2);
  assert.deepEqual(answer.data, [{ id: 1, name: 'Abba' }, { id: 2, name: 'Björk' }]);
  assert.deepEqual([answer.count, answer.status, answer.error], [null, 200, null]);
});
test('2 a counted range', async () => {
  const answer = await artist().select('id', { count: 'exact' }).order('id').range(0, 1);
  assert.deepEqual([ids(answer), answer.count, answer.status], [[1, 2], 5, 206]);
});
test('3 head only', async () => {
  const answer = await artist().select('*', { count: 'exact', head: true });
  assert.deepEqual([answer.data, answer.count, answer.status, answer.error], [null, 5, 200, null]);
});
test('3 planned and estimated counts are numbers', async () => {
  for (const count of ['planned', 'estimated']) {
    const answer = await artist().select('id', { count });
    assert.equal(answer.error, null);
    assert.ok(Number.isInteger(answer.count), `${count}: ${answer.count}`);
  }
});
test('4 beyond the end, counted', async () => {
  failed(await artist().select('id', { count: 'exact' }).range(50, 60), 416, { code: 'PGRST103', details: /only 5 rows/ });
});
test('4 beyond the end, uncounted', async () => {
  const answer = await artist().select('id').range(50, 60);
  assert.deepEqual([answer.data, answer.status], [[], 200]);
});
test('5 a single row', async () => {
  const answer = await artist().select('id, name').eq('id', 1).single();
  assert.deepEqual([answer.data, answer.status], [{ id: 1, name: 'Abba' }, 200]);
});
test('5 no single row', async () => {
  failed(await artist().select().eq('id', 99).single(), 406, { code: 'PGRST116', details: 'The result contains 0 rows' });
});
test('5 too many for a single row', async () => {
  failed(await artist().select().single(), 406, { code: 'PGRST116', details: 'The result contains 5 rows' });
});
test('6 maybe a single row: none', async () => {
  const answer = await artist().select().eq('id', 99).maybeSingle();
  assert.deepEqual([answer.data, answer.error], [null, null]);
});
test('6 maybe a single row: one', async () => {
  assert.deepEqual((await artist().select('id').eq('id', 1).maybeSingle()).data, { id: 1 });
});
test('6 maybe a single row: five', async () => {
  failed(await artist().select().maybeSingle(), 406, { code: 'PGRST116' });
});
test('7 CSV', async () => {
  assert.equal((await artist().select('id,name').order('id').limit(2).csv()).data, 'id,name\n1,Abba\n2,Björk');
});
test('8 in, with commas and quotes', async () => {
  assert.deepEqual(ids(await artist().select('id').in('name', ['Abba', 'a,b', 'x"y'])), [1]);
});
test('8 in with numbers, not in', async () => {
  assert.deepEqual(ids(await artist().select('id').in('id', [3, 1]).order('id')), [1, 3]);
  assert.deepEqual(ids(await artist().select('id').notIn('name', ['Abba', 'Can']).order('id')), [2, 4, 5]);
});
test('9 or with a nested and', async () => {
  assert.deepEqual(ids(await artist().select('id').or('id.eq.1,and(country.eq.DE,rating.is.null)').order('id')), [1, 3]);
});
test('9 not in', async () => {
  assert.deepEqual(ids(await artist().select('id').not('name', 'in', '(Abba,Can)').order('id')), [2, 4, 5]);
});
test('9 comparisons and match', async () => {
  assert.deepEqual(ids(await artist().select('id').gt('id', 1).lte('id', 4).neq('id', 3).order('id')), [2, 4]);
  assert.deepEqual(ids(await artist().select('id').match({ country: 'SE', active: true })), [1]);
});
test('10 ilike folds Unicode', async () => {
  assert.deepEqual(ids(await artist().select('id').ilike('name', '%BJÖ%')), [2]);
});
test('10 like minds case', async () => {
  assert.deepEqual(ids(await artist().select('id').like('name', 'a%')), []);
});
test('10 like any of, all of', async () => {
  assert.deepEqual(ids(await artist().select('id').likeAnyOf('name', ['A%', 'C%']).order('id')), [1, 3]);
  assert.deepEqual(ids(await artist().select('id').likeAllOf('name', ['%b%', 'A%'])), [1]);
  assert.deepEqual(ids(await artist().select('id').ilikeAnyOf('name', ['a%', 'c%']).order('id')), [1, 3]);
});
test('11 regular expressions', async () => {
  assert.deepEqual(ids(await artist().select('id').regexMatch('name', '^[AB]').order('id')), [1, 2]);
  assert.deepEqual(ids(await artist().select('id').regexIMatch('name', '^[ab]').order('id')), [1, 2]);
  failed(await artist().select('id').regexMatch('name', '['), 400, { code: '2201B' });
});
test('12 is', async () => {
  assert.deepEqual(ids(await artist().select('id').is('active', null)), [4]);
  assert.deepEqual(ids(await artist().select('id').is('active', true).order('id')), [1, 2, 5]);
  failed(await artist().select('id').is('id', true), 400, { code: '42804' });
});
test('13 JSON paths', async () => {
  assert.deepEqual(ids(await artist().select('id').filter('meta->>label', 'eq', 'Polar')), [1]);
  assert.deepEqual((await artist().select('id, meta->nested->a->2->>x').eq('id', 1)).data, [{ id: 1, x: 'y' }]);
});
test('14 containment', async () => {
  assert.deepEqual(ids(await artist().select('id').contains('meta', { n: 3 })), [1]);
  assert.deepEqual(ids(await artist().select('id').containedBy('meta', { n: 3 })), []);
  failed(await artist().select('id').contains('tags', ['pop']), 404, { code: '42883', message: /text @> unknown/ });
  failed(await artist().select('id').overlaps('tags', ['pop']), 404, { code: '42883' });
  failed(await artist().select('id').rangeGt('tags', '[1,2)'), 404, { code: '42883' });
});
test('16 order of nulls', async () => {
  assert.deepEqual(ids(await artist().select('id').order('rating', { ascending: false })), [3, 2, 1, 5, 4]);
  assert.deepEqual(ids(await artist().select('id').order('rating')), [4, 5, 1, 2, 3]);
  assert.deepEqual(ids(await artist().select('id').order('rating', { ascending: false, nullsFirst: false })), [2, 1, 5, 4, 3]);
  assert.deepEqual(ids(await artist().select('id').order('rating', { nullsFirst: true })), [3, 4, 5, 1, 2]);
});
test('16 several orders', async () => {
  assert.deepEqual(ids(await client.from('album').select('id').order('live', { ascending: false }).order('title')), [4, 5, 1, 3, 6, 2]);
});
test('18 distinct from', async () => {
  assert.deepEqual(ids(await artist().select('id').isDistinct('rating', 4.75).order('id')), [1, 3, 4, 5]);
});
test('21 nulls stripped', async () => {
  assert.deepEqual((await artist().select('id,country,rating').eq('id', 3).stripNulls()).data, [{ id: 3, country: 'DE' }]);
  assert.deepEqual((await artist().select('id,country,rating').eq('id', 3).stripNulls().single()).data, { id: 3, country: 'DE' });
});
test('23 another schema', async () => {
  failed(await client.schema('zzz').from('artist').select(), 406, { code: 'PGRST106' });
});
test('23 the schema public', async () => {
  assert.deepEqual(ids(await client.schema('public').from('artist').select('id').eq('id', 1)), [1]);
});
test('25 to-one, left and inner', async () => {
  const all = await client.from('album').select('title, artist(name)').order('id');
  assert.equal(all.data.length, 6);
  assert.deepEqual(all.data[0], { title: 'Arrival', artist: { name: 'Abba' } });
  assert.deepEqual(all.data[5], { title: 'Orphan', artist: null });
  const inner = await client.from('album').select('id, artist!inner(name)', { count: 'exact' }).order('id');
  assert.deepEqual([ids(inner), inner.count], [[1, 2, 3, 4, 5], 5]);
});
test('26 to-many with a filter, left and inner', async () => {
  const left = await artist().select('name, album(title)').eq('album.title', 'Post').order('id');
  assert.deepEqual(left.data.map((row) => row.album.length), [0, 1, 0, 0, 0]);
  const inner = await artist().select('name, album!inner(title)').eq('album.title', 'Post');
  assert.deepEqual(inner.data, [{ name: 'Björk', album: [{ title: 'Post' }] }]);
});
test('27 the newest album of each artist', async () => {
  const answer = await artist().select('id, album(id)').order('id')
    .order('id', { referencedTable: 'album', ascending: false }).limit(1, { referencedTable: 'album' });
  assert.deepEqual(answer.data.map((row) => row.album.map((album) => album.id)), [[2], [4], [5], [], []]);
});
test('27 a range of each artist\'s albums', async () => {
  const answer = await artist().select('id, album(id)').order('id').order('id', { referencedTable: 'album' }).range(1, 1, { referencedTable: 'album' });
  assert.deepEqual(answer.data.map((row) => row.album.map((album) => album.id)), [[2], [4], [], [], []]);
});
test('28 aliases and hints', async () => {
  const answer = await client.from('orders').select('ref, billing:address!orders_billing_fk(city), shipping:shipping_id(city)').eq('id', 1).single();
  assert.deepEqual(answer.data, { ref: 'R-1', billing: { city: 'Oslo' }, shipping: { city: 'Rome' } });
});
test('29 many-to-many, nested', async () => {
  const answer = await artist().select('name, album(title, genre(name))').eq('id', 2).order('id', { referencedTable: 'album' })
    .order('name', { referencedTable: 'album.genre' }).single();
  assert.deepEqual(answer.data, { name: 'Björk', album: [{ title: 'Debut', genre: [{ name: 'Electronic' }] },
    { title: 'Post', genre: [{ name: 'Electronic' }, { name: 'Pop' }] }] });
});
test('30 ambiguous', async () => {
  const answer = await client.from('orders').select('ref, address(city)');
  failed(answer, 300, { code: 'PGRST201', hint: /orders_billing_fk/ });
  assert.equal(answer.error.details.length, 2);
});
test('34 existence', async () => {
  assert.deepEqual(ids(await artist().select('id, album()').is('album', null).order('id')), [4, 5]);
  assert.deepEqual(ids(await artist().select('id, album()').not('album', 'is', null).order('id')), [1, 2, 3]);
});
test('35 or on an embed, order by a to-one', async () => {
  const answer = await artist().select('id, album(id)').or('title.eq.Post,title.eq.Arrival', { referencedTable: 'album' }).lte('id', 2).order('id');
  assert.deepEqual(answer.data.map((row) => row.album.map((album) => album.id)), [[1], [4]]);
  assert.deepEqual(ids(await client.from('album').select('id, artist(name)').order('artist(name)', { ascending: false }).order('title')), [6, 5, 3, 4, 1, 2]);
});
test('37 no relationship', async () => {
  failed(await client.from('album').select('id, artst(name)'), 400, { code: 'PGRST200', hint: /artist/ });
});
test('38 aggregates', async () => {
  assert.deepEqual((await client.from('album').select('price.sum()')).data, [{ sum: 62.74 }]);
  failed(await client.from('album').select('title.sum()'), 404, { code: '42883' });
});
test('61 an unknown table', async () => {
  failed(await client.from('nosuch').select(), 404, { code: 'PGRST205' });
});
test('61 an unknown table, head only: the client makes a 204 of a 404 without body', async () => {
  const answer = await client.from('nosuch').select('*', { head: true, count: 'exact' });
  assert.deepEqual([answer.status, answer.count, answer.data], [204, null, null]);
});
test('61 an unknown function', async () => {
  failed(await client.rpc('nosuch', { a: 1 }), 404, { code: 'PGRST202' });
  failed(await client.rpc('nosuch', { a: 1 }, { get: true }), 404, { code: 'PGRST202' });
});
test('61 a plan, a geometry', async () => {
  failed(await artist().select().explain({ analyze: true, verbose: true }), 406, { code: 'PGRST107' });
  failed(await artist().select().geojson(), 406, { code: 'PGRST107' });
});
test('62 a wrong value', async () => {
  failed(await artist().select().eq('id', 'x'), 400, { code: '22P02', message: 'invalid input syntax for type integer: "x"' });
});
test('63 writes on a read-only server', async () => {
  for (const write of [client.from('w').insert({ name: 'x' }), client.from('w').insert([{ name: 'x' }, { qty: 1 }]).select(),
    client.from('w').upsert({ id: 1, name: 'x' }), client.from('w').update({ qty: 3 }).eq('id', 1), client.from('w').delete().eq('id', 1)]) {
    failed(await write, 405, { code: '25006', message: /read-only transaction/ });
  }
});
test('64 odd names', async () => {
  const answer = await client.from('Odd Name').select('"my id","my, name"').eq('my id', 1).order('my id').single();
  assert.deepEqual(answer.data, { 'my id': 1, 'my, name': 'comma' });
  assert.deepEqual((await client.from('Größe').select('Länge').gt('Länge', 15)).data, [{ Länge: 20 }]);
  assert.deepEqual(ids(await client.from('order').select('id').order('order')), [2, 1]);
});
test('65 an abort closes the request', async () => {
  const controller = new AbortController();
  const request = client.from('track').select('*').abortSignal(controller.signal);
  controller.abort();
  const answer = await request;
  assert.ok(answer.error);
  assert.deepEqual(ids(await artist().select('id').eq('id', 1)), [1]);
});
test('a long list of ids', async () => {
  const wanted = Array.from({ length: 700 }, (_, n) => n + 1);
  assert.deepEqual(ids(await client.from('track').select('id').in('id', wanted).order('id')), wanted);
});
test('paging through ten thousand rows', async () => {
  const got = [];
  for (let from = 0; ; from += 2500) {
    const page = ids(await client.from('track').select('id').order('name').order('id').range(from, from + 2499));
    if (!page.length) break;
    got.push(...page);
  }
  assert.equal(new Set(got).size, 10000);
});

await run();
