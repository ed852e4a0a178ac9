// What ts1.mjs and ts2.mjs share: where the packages are, and the protocol
// with scenario.py, a line of JSON each way.
//
//     -> {"list": true}
//     -> {"call": {"name": NAME, "arguments": {...}}}
//     <- {"result": RESULT} or {"error": {"code": CODE, "message": TEXT}}
//
// The first line says what the server told of itself.  The end of stdin is
// the end of the program.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

export const load = createRequire(process.env.MCP_CLIENTS_DIR + '/node/');


function say(message) {
    process.stdout.write(JSON.stringify(message) + '\n');
}


async function list(client) {
    const tools = [];
    let cursor;

    do {
        const page = await client.listTools(cursor === undefined
                                            ? undefined : { cursor });
        tools.push(...page.tools);
        cursor = page.nextCursor;
    } while (cursor !== undefined);

    return { tools };
}


export async function serve({ client, protocol }) {
    say({ result: { protocol, server: client.getServerVersion(),
                    instructions: client.getInstructions(),
                    capabilities: client.getServerCapabilities() } });

    for await (const line of createInterface({ input: process.stdin })) {
        const { call } = JSON.parse(line);

        try {
            say({ result: call ? await client.callTool(call)
                               : await list(client) });
        } catch (e) {
            say({ error: { code: e.code ?? null, message: e.message } });
        }
    }

    await client.close();
}
