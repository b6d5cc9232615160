import { createServer } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { makeServer } from './tool.mjs';

const server = createServer(toNodeHandler(createMcpHandler(makeServer)));
server.listen(0, '127.0.0.1', () => console.error(`listening at http://127.0.0.1:${server.address().port}/mcp`));
