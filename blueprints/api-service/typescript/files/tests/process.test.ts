// The real program: its exit codes, its signals, its streams.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './support/folder.ts';
import { runProgram } from './support/program.ts';
import { tokenLines, tokens } from './support/service.ts';
import { callRaw } from './support/socket.ts';

const headers = [
  'Host: x',
  `Authorization: Bearer ${tokens.alice}`,
  'Content-Type: application/json',
  'Content-Length: 16',
].join('\r\n');

describe('stopping', () => {
  test('SIGTERM finishes what is in flight, is not ready meanwhile, takes nothing new, and ends with 0', async () => {
    const program = runProgram();
    const address = await program.address();
    const posting = callRaw(address);
    const probing = callRaw(address);
    posting.write(`POST /v1/notes HTTP/1.1\r\n${headers}\r\n\r\n{"title":`);
    probing.write('GET /readyz HTTP/1.1\r\nHost: x\r\n');
    // Answered after the two above were read, so they are in flight.
    await fetch(`${address}/healthz`);

    program.kill('SIGTERM');
    await program.logged('stopping');
    probing.write('\r\n');
    const readiness = await probing.answer;
    await expect(fetch(`${address}/healthz`)).rejects.toThrow();
    posting.write('"Milk"}');

    expect(readiness).toMatch(/^HTTP\/1.1 503 .*"reason":"draining"/s);
    expect(await posting.answer).toMatch(/^HTTP\/1.1 201 .*connection: close.*"title":"Milk"/is);
    expect(await program.exitCode).toBe(0);
    expect(program.stdout()).not.toContain('connections are cut');
    expect(program.stderr()).not.toContain('Error');
  });

  test('SIGINT ends with 0 as well', async () => {
    const program = runProgram();
    await program.address();
    program.kill('SIGINT');
    expect(await program.exitCode).toBe(0);
    expect(program.stdout()).toContain('"reason":"SIGINT"');
  });
});

describe('starting', () => {
  test('faults in the configuration are all named, with exit code 2', async () => {
    const program = runProgram({ ENVIRONMENT: 'production', LOG_LEVEL: 'debug', PORT: 'http', API_TOKENS: '' });
    expect(await program.exitCode).toBe(2);
    for (const variable of ['API_TOKENS', 'LOG_LEVEL', 'PORT']) expect(program.stderr()).toContain(`  ${variable}: `);
    expect(program.stderr()).not.toMatch(/\.ts|Error/);
    expect(program.stdout()).toBe('');
  });

  test('a database that cannot be opened is named in one line, with exit code 1', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.db'), 'not a database'.repeat(100));
    const program = runProgram({ DATABASE_PATH: join(folder, 'notes.db') });
    expect(await program.exitCode).toBe(1);
    expect(program.stderr()).toMatch(/^The service could not start: .*not a database\n$/);
  });

  test('production takes its tokens from a file, and asks for TLS', async () => {
    const path = join(temporaryFolder(), 'tokens');
    writeFileSync(path, tokenLines.join('\n'));
    const program = runProgram({ ENVIRONMENT: 'production', API_TOKENS: '', API_TOKENS_FILE: path });
    const url = `${await program.address()}/v1/notes`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${tokens.bob}` } });
    expect(response.status).toBe(200);
    expect(response.headers.get('strict-transport-security')).toContain('max-age=31536000');
    expect((await fetch(url)).status).toBe(401);
  });

  test('development starts without tokens, says so, and refuses every call', async () => {
    const program = runProgram({ API_TOKENS: '' });
    const response = await fetch(`${await program.address()}/v1/notes`);
    expect(response.status).toBe(401);
    expect(await program.logged('every call will be refused')).toContain('make token');
  });
});
