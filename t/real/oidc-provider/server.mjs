// oidc-provider for the tests: node server.mjs PORT MODULES
//
// Anybody may register as a client and log in under any name.  The resource
// decides the token: URLs that end in /opaque get opaque ones, which the
// client "rs" may introspect, /es256, /eddsa and /ps256 a JWT of that kind,
// all others RS256.  "job" is a client without a user.

import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [port, modules] = process.argv.slice(2);
const found = createRequire(modules + '/').resolve('oidc-provider');
const { Provider } = await import(pathToFileURL(found));

const on = { enabled: true };

const kinds = {
    RS256: ['rsa', { modulusLength: 2048 }],
    PS256: ['rsa', { modulusLength: 2048 }],
    ES256: ['ec', { namedCurve: 'P-256' }],
    EdDSA: ['ed25519'],
};

const keys = Object.entries(kinds).map(([alg, [type, options]]) => ({
    ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }),
    use: 'sig', alg, kid: alg + '-' + randomUUID(),
}));


function format(resource) {
    const end = resource.split('/').at(-1).toUpperCase();

    if (end === 'OPAQUE') {
        return { accessTokenFormat: 'opaque' };
    }

    const alg = Object.keys(kinds).find((k) => k.toUpperCase() === end)
        ?? 'RS256';
    return { accessTokenFormat: 'jwt', jwt: { sign: { alg } } };
}


const provider = new Provider('http://127.0.0.1:' + port, {
    scopes: ['openid', 'offline_access', 'orders.read', 'orders.write'],
    findAccount: (ctx, id) => ({ accountId: id,
                                 claims: () => ({ sub: id }) }),
    jwks: { keys },
    cookies: { keys: [randomUUID()] },

    clients: ['job', 'rs'].map((name) => ({
        client_id: name, client_secret: name + '-secret', redirect_uris: [],
        response_types: [], grant_types: ['client_credentials'],
    })).concat([{
        client_id: 'known', token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1:7777/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        application_type: 'native',
    }]),

    features: {
        devInteractions: on, clientCredentials: on, revocation: on, dPoP: on,
        registration: on,
        introspection: { ...on,
            allowedPolicy: (ctx, client) => client.clientId === 'rs' },
        resourceIndicators: { ...on,
            defaultResource: () => undefined,
            useGrantedResource: () => true,
            getResourceServerInfo: (ctx, resource) => ({
                scope: 'orders.read orders.write', audience: resource,
                ...format(resource),
            }) },
    },
});

createServer(provider.callback()).listen(Number(port), '127.0.0.1');
