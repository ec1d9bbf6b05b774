// oidc-provider set up to do what AgentAuth does in the benchmarks: node server.mjs PORT FOLDER sqlite|postgres SYNCHRONOUS|CONNECTION
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Provider } from 'oidc-provider';
import { adapterOver, onPostgres, onSqlite } from './adapter.mjs';

const [port, folder, engine, setting] = process.argv.slice(2);
const run = engine === 'postgres' ? await onPostgres(setting) : await onSqlite(join(folder, 'records.db'), setting);
const password = 'Demo-only-passw0rd!';
const hour = 3600;
const fortnight = 14 * 24 * hour;

function signingKeys() {
  const file = join(folder, 'keys.json');
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(file, JSON.stringify({ keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'one' }] }));
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

// A resource whose tokens can be asked about: this server neither stores nor introspects JWTs.
const isOpaque = (resource) => resource.endsWith('/opaque');

const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter: adapterOver(run),
  jwks: signingKeys(),
  cookies: { keys: ['of-the-benchmark'] },
  scopes: ['openid', 'offline_access', 'mail.read'],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  clients: [
    {
      client_id: 'service', client_secret: 'service-secret-of-the-benchmark-0123456789',
      token_endpoint_auth_method: 'client_secret_basic', grant_types: ['client_credentials'],
      response_types: [], redirect_uris: [], scope: 'mail.read',
    },
    {
      // A native client would be asked for consent each time (RFC 8252 section 8.6), and then nothing could be remembered.
      client_id: 'agent', application_type: 'web', token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1:9/callback'], grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'], scope: 'openid offline_access mail.read',
    },
  ],
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
  rotateRefreshToken: true,
  expiresWithSession: () => false,
  ttl: {
    AccessToken: hour, AuthorizationCode: 60, ClientCredentials: hour, Grant: fortnight, IdToken: hour, Interaction: hour,
    RefreshToken: fortnight, Session: fortnight,
  },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
    registration: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => true,
      getResourceServerInfo: (_, resource) => ({
        audience: resource, scope: 'mail.read', accessTokenTTL: hour,
        ...(isOpaque(resource) ? { accessTokenFormat: 'opaque' } : { accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
      }),
    },
  },
});

const page = (response, body) => response
  .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  .end(`<!doctype html><html lang="en"><title>Peer</title><form method="post">${body}</form></html>`);

async function formOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return new URLSearchParams(text);
}

async function allow({ grantId, session, params, prompt: { details } }) {
  const grant = grantId
    ? await provider.Grant.find(grantId)
    : new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (details.missingOIDCScope) grant.addOIDCScope(details.missingOIDCScope.join(' '));
  if (details.missingOIDCClaims) grant.addOIDCClaims(details.missingOIDCClaims);
  for (const [resource, scopes] of Object.entries(details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  return { consent: { grantId: await grant.save() } };
}

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  const signsIn = details.prompt.name === 'login';
  if (request.method !== 'POST') {
    return page(response, signsIn
      ? '<input name="Email"><input name="Password" type="password"><button>Sign in</button>'
      : `<p>${details.params.client_id} asks for ${details.params.scope}</p><button>Allow</button>`);
  }
  if (!signsIn) {
    return provider.interactionFinished(request, response, await allow(details), { mergeWithLastSubmission: true });
  }
  const form = await formOf(request);
  if (form.get('Password') !== password) return page(response, '<p>Wrong</p>');
  return provider.interactionFinished(request, response, { login: { accountId: form.get('Email') } }, { mergeWithLastSubmission: false });
}

const protocol = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return void protocol(request, response);
  interact(request, response).catch((error) => { response.writeHead(500).end(String(error)); });
}).listen(Number(port), '127.0.0.1');
