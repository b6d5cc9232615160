// Starting and stopping inside this process; tests/process.test.ts does the same with the real program.
import { expect, test } from 'vitest';
import { startService } from '../src/server.ts';
import { testConfig, tokens } from './support/service.ts';
import { callRaw } from './support/socket.ts';

function logStream() {
  const lines: string[] = [];
  return { lines, write: (line: string) => void lines.push(line) };
}

test('it listens, answers, and is gone after it was stopped', async () => {
  const log = logStream();
  const service = await startService(testConfig(), log);
  expect((await fetch(`${service.address}/readyz`)).status).toBe(200);
  await service.stop('test');
  await expect(fetch(`${service.address}/readyz`)).rejects.toThrow();
  expect(log.lines.at(-1)).toContain('"msg":"stopped"');
});

test('a request that does not end is cut when the shutdown time-out is over', async () => {
  const log = logStream();
  const service = await startService(testConfig({ shutdownTimeoutSeconds: 1, requestTimeoutSeconds: 60 }), log);
  const caller = callRaw(service.address);
  const headers = [`Authorization: Bearer ${tokens.alice}`, 'Content-Type: application/json', 'Content-Length: 9'];
  caller.write(`POST /v1/notes HTTP/1.1\r\nHost: x\r\n${headers.join('\r\n')}\r\n\r\n{`);
  await fetch(`${service.address}/healthz`);
  const started = performance.now();
  await service.stop('test');
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(await caller.answer).toBe('');
  expect(log.lines.join('')).toContain('open connections are cut');
});

test('an address that is taken is an error, and nothing is left running', async () => {
  const first = await startService(testConfig(), logStream());
  const port = Number(new URL(first.address).port);
  await expect(startService(testConfig({ port }), logStream())).rejects.toThrow('EADDRINUSE');
  await first.stop('test');
});

test('without tokens it says that every call will be refused, and how to change that', async () => {
  const log = logStream();
  const service = await startService(testConfig({ tokens: [] }), log);
  await service.stop('test');
  expect(log.lines.join('')).toMatch(/"level":"warn".*every call will be refused.*make token/);
});
