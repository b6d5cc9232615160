// The tool `smart_begin` on the TypeScript SDK, as far as planning goes: what `cargo xtask bench` compares with.
//
// The files are not rendered but read, once, from a bundle with their final bytes, as ours come out of the binary. A call
// hashes each of them and answers an object of the same shape, size and hash as ours. It checks no output schema and
// writes no log. All of that is in its favour.

import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/server';
import * as z from 'zod';

const { files, choices, answer, text } = JSON.parse(readFileSync(process.env.BENCH_BUNDLE, 'utf8'));
for (const file of files) file.bytes = Buffer.from(file.text);
const textParts = text.split(answer.planHash);

const short = z.string().max(60);
const chosen = (name) => (choices[name] ? z.enum(choices[name]) : short).optional();

const inputSchema = z.strictObject({
  projectName: z.string().min(1).max(80).describe('What the project is called, for example `invoice-service`.'),
  description: z.string().max(500).optional().describe('What it does, in one sentence.'),
  techStack: z.array(short).max(20).optional().describe('Technologies as people say them.'),
  targetUsers: z.array(z.enum(choices.targetUsers)).max(10).optional().describe('Who builds it.'),
  businessGoals: z.array(z.string().max(200)).max(20).optional().describe('What it should achieve for the business.'),
  projectTemplate: chosen('projectTemplate').describe('What kind of project.'),
  stack: chosen('stack').describe('`typescript`, `python` or `rust`.'),
  role: chosen('role').describe('Your role.'),
  qualityLevel: chosen('qualityLevel').describe('How much it is to bear.'),
  complianceRequirements: z.array(short).max(20).optional().describe('Rules the project must meet.'),
  mode: z.enum(['new-project', 'analyze-existing']).default('new-project'),
  existingProjectPath: z.string().max(4096).optional().describe('Only with `analyze-existing`.'),
  analysisDepth: short.optional().describe('Only with `analyze-existing`.'),
  author: z.string().max(120).optional().describe('Who writes it.'),
  owner: z.string().max(120).optional().describe('Who owns the code.'),
  contact: z.string().max(200).optional().describe('Where security problems are reported.'),
  license: chosen('license').describe('`Apache-2.0` (default), `MIT` or `UNLICENSED`.'),
  year: z.int().min(1970).max(9999).optional().describe('The year in the copyright line.'),
  targetDirectory: z.string().min(1).max(4096).optional().describe('The project folder itself.'),
  delivery: z.enum(['directory', 'archive']).optional().describe('`directory` (default) or `archive`.'),
  apply: z.boolean().default(true).describe('`false` plans only.'),
  planHash: z.string().max(80).optional().describe('The hash of the plan that was looked at.'),
});

const isConfiguration = (path) =>
  /^(config\/|\.)|(^|\/)(Makefile|Dockerfile|CODEOWNERS|\.[^/]*)$|\.config\.|\.(toml|ya?ml|json|lock)$/.test(path) && !path.endsWith('.md');

function plan(projectName) {
  const started = performance.now();
  const folders = new Set();
  let lines = '';
  for (const { path, executable, bytes } of files) {
    lines += `${executable ? '755' : '644'} ${hash('sha256', bytes)}  ${path}\n`;
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.add(path.slice(0, at));
  }
  const planHash = `sha256:${hash('sha256', lines)}`;
  const paths = files.map((file) => file.path);
  const projectStructure = { folders: [...folders].sort(), files: paths, configFiles: paths.filter(isConfiguration) };
  const responseTime = Math.round((performance.now() - started) * 1000) / 1000;
  return { ...answer, projectName, planHash, projectStructure, technicalMetrics: { ...answer.technicalMetrics, responseTime } };
}

/** A server with the one tool; the SDK asks for a new one for each request over HTTP. */
export function makeServer() {
  const server = new McpServer({ name: 'smart-begin-peer', version: '1.0.0' });
  const description = 'Begins a real software project that is ready for production from its first commit.';
  server.registerTool('smart_begin', { title: 'Begin a software project', description, inputSchema }, async (request) => {
    if (request.apply) return { isError: true, content: [{ type: 'text', text: 'This one only plans: call with apply false.' }] };
    const report = plan(request.projectName);
    return { content: [{ type: 'text', text: textParts.join(report.planHash) }], structuredContent: report };
  });
  return server;
}
