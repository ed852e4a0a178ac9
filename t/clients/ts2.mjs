// TypeScript, @modelcontextprotocol/client 2.x.
//
//     node ts2.mjs URL auto|legacy|VERSION
//
// auto asks server/discover and falls back to the handshake, a version is
// pinned: no falling back.  Driven by scenario.py, see serve.mjs.

import { load, serve } from './serve.mjs';

const { Client, StreamableHTTPClientTransport } =
    load('@modelcontextprotocol/client');

const [url, word] = process.argv.slice(2);
const mode = word === 'auto' || word === 'legacy' ? word : { pin: word };

const client = new Client({ name: 'ts2', version: '1.0.0' },
                          { versionNegotiation: { mode } });

await client.connect(new StreamableHTTPClientTransport(new URL(url)));

await serve({
    client,
    protocol: client.getNegotiatedProtocolVersion(),
});
