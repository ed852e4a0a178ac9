// TypeScript, @modelcontextprotocol/sdk 1.x: the handshake of 2025-11-25.
//
//     node ts1.mjs URL
//
// Driven by scenario.py over stdin and stdout, see serve.mjs.

import { load, serve } from './serve.mjs';

const { Client } = load('@modelcontextprotocol/sdk/client/index.js');
const { StreamableHTTPClientTransport } =
    load('@modelcontextprotocol/sdk/client/streamableHttp.js');

const client = new Client({ name: 'ts1', version: '1.0.0' });
const transport = new StreamableHTTPClientTransport(new URL(process.argv[2]));

await client.connect(transport);

await serve({
    client,
    protocol: transport.protocolVersion,
});
