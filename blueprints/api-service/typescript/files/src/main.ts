// The program: configuration, start, and the signals that stop it.
// Exit codes: 0 stopped as told, 1 could not start, 2 faults in the configuration.
import { describeFaults, readConfig, type Config } from './config.ts';
import { startService } from './server.ts';

/** Each signal is caught once: the same one again ends the process at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

async function run(config: Config): Promise<void> {
  // Before the start, so that a signal that comes during it is not lost.
  const signal = stopSignal();
  const service = await startService(config, process.stdout);
  await service.stop(await signal);
}

const result = readConfig(process.env);
if (result.ok) {
  try {
    await run(result.config);
  } catch (error) {
    process.stderr.write(`The service could not start: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
} else {
  process.stderr.write(describeFaults(result.faults));
  process.exitCode = 2;
}
