import { describe, expect, test } from 'vitest';
import { startTestService, type TestService } from './support/service.ts';

interface NoteJson {
  id: string;
  owner: string;
  title: string;
  body: string;
  createdAt: string;
}

interface PageJson {
  items: NoteJson[];
  nextCursor: string | null;
}

async function create(service: TestService, title: string, caller: 'alice' | 'bob' = 'alice'): Promise<NoteJson> {
  const response = await service.send({ method: 'POST', url: '/v1/notes', payload: { title }, caller });
  expect(response.statusCode).toBe(201);
  return response.json();
}

async function list(service: TestService, query = '', caller: 'alice' | 'bob' = 'alice'): Promise<PageJson> {
  const response = await service.send({ method: 'GET', url: `/v1/notes${query}`, caller });
  expect(response.statusCode).toBe(200);
  return response.json();
}

describe('creating', () => {
  test('answers with the note, its address and the time', async () => {
    const service = await startTestService();
    const before = Date.now();
    const payload = { title: 'Milk', body: 'Two bottles' };
    const response = await service.send({ method: 'POST', url: '/v1/notes', payload });
    const note = response.json<NoteJson>();
    expect(response.statusCode).toBe(201);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.headers.location).toBe(`/v1/notes/${note.id}`);
    expect(note).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as string,
      owner: 'alice',
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string,
      ...payload,
    });
    expect(Date.parse(note.createdAt)).toBeGreaterThanOrEqual(before);
  });

  test('takes an empty body where none is given', async () => {
    const service = await startTestService();
    expect((await create(service, 'Milk')).body).toBe('');
  });

  test('takes the longest title and body, counted in characters as people see them', async () => {
    const service = await startTestService();
    const payload = { title: '💡'.repeat(200), body: 'ä'.repeat(10_000) };
    const response = await service.send({ method: 'POST', url: '/v1/notes', payload });
    expect(response.statusCode).toBe(201);
    expect(response.json()).toMatchObject(payload);
  });

  test('keeps text as it came', async () => {
    const service = await startTestService();
    const title = "Robert'); DROP TABLE notes;-- <b>\u0000\u202e";
    const { id } = await create(service, title);
    const response = await service.send({ method: 'GET', url: `/v1/notes/${id}` });
    expect(response.json()).toMatchObject({ title });
  });
});

describe('validation', () => {
  const tooLong = 'x'.repeat(201);
  test.each([
    ['no title', {}, 'title', 'must be text'],
    ['an empty title', { title: '' }, 'title', 'must have 1 to 200 characters'],
    ['a title that is too long', { title: tooLong }, 'title', 'must have 1 to 200 characters'],
    ['a title that is no text', { title: 7 }, 'title', 'must be text'],
    ['half a character', { title: '\ud800' }, 'title', 'must be valid Unicode'],
    ['a body that is too long', { title: 'x', body: 'x'.repeat(10_001) }, 'body', 'must have 0 to 10000 characters'],
    ['a body that is null', { title: 'x', body: null }, 'body', 'must be text'],
    ['an unknown field', { title: 'x', owner: 'bob' }, 'owner', 'is not a known field'],
    ['a list', [], 'request', 'must be a JSON object'],
    ['a number', 7, 'request', 'must be a JSON object'],
  ])('refuses %s and names the field', async (_name, payload, field, message) => {
    const service = await startTestService();
    const headers = { 'content-type': 'application/json' };
    const response = await service.send({
      method: 'POST',
      url: '/v1/notes',
      payload: JSON.stringify(payload),
      headers,
    });
    expect(response.statusCode).toBe(400);
    expect(response.headers['content-type']).toBe('application/problem+json');
    expect(response.json()).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: 'The request is not valid.',
      errors: [{ field, message }],
    });
    expect((await list(service)).items).toEqual([]);
  });

  test('names every field that is wrong', async () => {
    const service = await startTestService();
    const response = await service.send({ method: 'POST', url: '/v1/notes', payload: { title: '', body: 7, more: 1 } });
    const { errors } = response.json<{ errors: { field: string }[] }>();
    expect(errors.map(({ field }) => field).sort()).toEqual(['body', 'more', 'title']);
  });

  test.each(['limit=0', 'limit=101', 'limit=ten', 'limit=1.5', 'limit=', 'limit=1&limit=2'])(
    'refuses ?%s',
    async (query) => {
      const service = await startTestService();
      const response = await service.send({ method: 'GET', url: `/v1/notes?${query}` });
      expect(response.statusCode).toBe(400);
      expect(response.json()).toMatchObject({
        errors: [{ field: 'limit', message: 'must be a whole number from 1 to 100' }],
      });
    },
  );

  test.each(['x', 'MQ==', '%00', 'LTE', "'%20OR%201=1"])('refuses the made-up cursor %s', async (cursor) => {
    const service = await startTestService();
    const response = await service.send({ method: 'GET', url: `/v1/notes?cursor=${cursor}` });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ errors: [{ field: 'cursor' }] });
  });
});

describe('listing', () => {
  test('gives the newest first, page by page, each note once', async () => {
    const service = await startTestService();
    for (const title of ['one', 'two', 'three', 'four', 'five']) await create(service, title);
    const first = await list(service, '?limit=2');
    const second = await list(service, `?limit=2&cursor=${String(first.nextCursor)}`);
    const third = await list(service, `?limit=2&cursor=${String(second.nextCursor)}`);
    const titles = [first, second, third].map(({ items }) => items.map(({ title }) => title));
    expect(titles).toEqual([['five', 'four'], ['three', 'two'], ['one']]);
    expect(third.nextCursor).toBeNull();
  });

  test('goes on in the right place where the note at the cursor is gone', async () => {
    const service = await startTestService();
    for (const title of ['one', 'two', 'three']) await create(service, title);
    const first = await list(service, '?limit=1');
    await service.send({ method: 'DELETE', url: `/v1/notes/${String(first.items[0]?.id)}` });
    await create(service, 'four');
    const second = await list(service, `?limit=5&cursor=${String(first.nextCursor)}`);
    expect(second.items.map(({ title }) => title)).toEqual(['two', 'one']);
  });

  test('gives 20 notes where no limit is given, and an empty page where there are none', async () => {
    const service = await startTestService();
    expect(await list(service)).toEqual({ items: [], nextCursor: null });
    for (let count = 0; count < 21; count += 1) await create(service, String(count));
    expect((await list(service, '?cursor=')).items).toHaveLength(20);
    expect(await list(service, '?limit=21')).toMatchObject({ nextCursor: null });
  });
});

describe('one note', () => {
  test('can be read, and is gone after it was deleted', async () => {
    const service = await startTestService();
    const note = await create(service, 'Milk');
    const url = `/v1/notes/${note.id}`;
    expect((await service.send({ method: 'GET', url })).json()).toEqual(note);
    const deleted = await service.send({ method: 'DELETE', url });
    expect([deleted.statusCode, deleted.body]).toEqual([204, '']);
    expect((await service.send({ method: 'GET', url })).statusCode).toBe(404);
    expect((await service.send({ method: 'DELETE', url })).statusCode).toBe(404);
  });
});

describe('ownership', () => {
  test.each(['GET', 'DELETE'] as const)('%s of a note of another answers as if it did not exist', async (method) => {
    const service = await startTestService();
    const note = await create(service, 'of alice');
    const url = `/v1/notes/${note.id}`;
    const others = await service.send({ method, url, caller: 'bob' });
    const missing = await service.send({ method, url: `/v1/notes/${crypto.randomUUID()}`, caller: 'bob' });
    const unreadable = await service.send({ method, url: '/v1/notes/no-such-id', caller: 'bob' });
    expect(others.statusCode).toBe(404);
    for (const same of [missing, unreadable]) {
      expect([same.statusCode, same.body]).toEqual([others.statusCode, others.body]);
    }
    expect((await service.send({ method: 'GET', url })).json()).toEqual(note);
  });

  test('a list holds the notes of its caller only', async () => {
    const service = await startTestService();
    await create(service, 'of alice');
    await create(service, 'of bob', 'bob');
    expect((await list(service)).items.map(({ title }) => title)).toEqual(['of alice']);
    expect((await list(service, '', 'bob')).items.map(({ title }) => title)).toEqual(['of bob']);
  });
});
