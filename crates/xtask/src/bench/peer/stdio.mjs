import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { makeServer } from './tool.mjs';

serveStdio(makeServer);
