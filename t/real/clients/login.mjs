// The official TypeScript SDKs at an endpoint that wants a login.
//
//     node login.mjs ts1|ts2 URL legacy|auto|VERSION [CLIENT-ID]
//
// Driven by ../lib/login.py over stdin and stdout, a line of JSON each way:
//
//     <- {"authorize": URL}   what the SDK would open in a browser ...
//     -> {"callback": URL}    ... and what the browser came back with
//     <- {"result": {...}}    connected; then an answer to each line
//     -> {"list": true} or {"call": {"name": NAME, "arguments": {...}}}
//     <- {"result": ...} or {"error": {"code": CODE, "message": TEXT}}
//
// Without a CLIENT-ID the SDK registers itself.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const load = createRequire(process.env.MCP_CLIENTS_DIR + '/node/');
const [sdk, url, mode, id] = process.argv.slice(2);

const { Client, StreamableHTTPClientTransport } = sdk === 'ts1'
    ? { ...load('@modelcontextprotocol/sdk/client/index.js'),
        ...load('@modelcontextprotocol/sdk/client/streamableHttp.js') }
    : load('@modelcontextprotocol/client');

const lines = createInterface({ input: process.stdin })
    [Symbol.asyncIterator]();


function say(message) {
    process.stdout.write(JSON.stringify(message) + '\n');
}


async function read() {
    const { value, done } = await lines.next();
    return done ? undefined : JSON.parse(value);
}


class Login {
    redirectUrl = 'http://127.0.0.1:7777/callback';

    clientMetadata = {
        client_name: sdk,
        redirect_uris: [this.redirectUrl],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
    };

    clientInformation() {
        return this.information ?? (id && {
            client_id: id, issuer: this.found?.authorizationServerUrl });
    }

    state() { return 'state-of-' + sdk; }
    saveClientInformation(information) { this.information = information; }
    tokens() { return this.got; }
    saveCodeVerifier(verifier) { this.verifier = verifier; }
    codeVerifier() { return this.verifier; }
    saveDiscoveryState(state) { this.found = state; }
    discoveryState() { return this.found; }
    redirectToAuthorization(to) { this.to = to; }

    // 1.x answers insufficient_scope with a refresh, if it can, and that
    // brings no larger scope: hosts must not keep this token

    saveTokens(tokens) {
        const { refresh_token: _, ...rest } = tokens;
        this.got = sdk === 'ts1' ? rest : tokens;
    }
}


const login = new Login();

let client, transport;


async function connect() {
    client = new Client({ name: sdk, version: '1.0.0' }, sdk === 'ts1' ? {}
        : { versionNegotiation: {
              mode: mode === 'auto' || mode === 'legacy' ? mode
                                                         : { pin: mode } } });
    transport = new StreamableHTTPClientTransport(new URL(url),
                                                  { authProvider: login });
    await client.connect(transport);
}


// does something that may need a login, and does it again after that

async function authorized(action) {
    for (;;) {
        login.to = undefined;

        try {
            return await action();
        } catch (e) {
            if (login.to === undefined) {
                throw e;
            }
        }

        say({ authorize: login.to.href });

        const { callback } = await read();
        const back = new URL(callback).searchParams;

        if (back.get('state') !== login.state()) {
            throw new Error('not our state');
        }
        if (back.get('error')) {
            throw new Error('login: ' + back.get('error'));
        }

        await transport.finishAuth(sdk === 'ts1' ? back.get('code') : back);
    }
}


async function answer(action) {
    try {
        say({ result: await authorized(action) });
        return true;
    } catch (e) {
        say({ error: { code: e.code ?? null, message: e.message } });
        return false;
    }
}


const connected = await answer(async () => {
    await connect();
    return { protocol: sdk === 'ts1' ? transport.protocolVersion
                       : client.getNegotiatedProtocolVersion() };
});

for (let line; connected && (line = await read()) !== undefined; ) {
    const { call } = line;
    await answer(() => call ? client.callTool(call) : client.listTools());
}

await client.close();
