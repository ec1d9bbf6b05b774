// A client built on oauth4webapi that a document describes:
// `node oauth4webapi.mjs MCP_URL DOCUMENT_URL none|private_key_jwt [REDIRECT_URI]`.
// With a redirect URI elsewhere than on this computer, the test tells it where the person landed.
import * as oauth from 'oauth4webapi';
import { claimsIn, hear, heard, listen, say } from './loopback.mjs';

const [, , mcpUrl, documentUrl, method, elsewhere] = process.argv;
const resource = new URL(mcpUrl);
const overHttp = { [oauth.allowInsecureRequests]: true };
const about = await oauth.processResourceDiscoveryResponse(resource, await oauth.resourceDiscoveryRequest(resource, overHttp));
const issuer = new URL(about.authorization_servers[0]);
const server = await oauth.processDiscoveryResponse(
  issuer, await oauth.discoveryRequest(issuer, { ...overHttp, algorithm: 'oauth2' }));
const client = { client_id: documentUrl };
if (!server.client_id_metadata_document_supported || !server.token_endpoint_auth_methods_supported.includes(method)) {
  throw new Error('The server does not say that it reads documents, or takes no such proof.');
}

let proof = oauth.None();
if (method === 'private_key_jwt') {
  const pair = await crypto.subtle.generateKey(
    { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
    true, ['sign', 'verify']);
  const { kty, n, e } = await crypto.subtle.exportKey('jwk', pair.publicKey);
  say('key', { kty, n, e, kid: 'e2e', use: 'sig', alg: 'RS256' });
  await hear('published');
  proof = oauth.PrivateKeyJwt({ key: pair.privateKey, kid: 'e2e' });
}

const listener = await listen();
const redirectUri = elsewhere ?? listener.redirectUri;
const verifier = oauth.generateRandomCodeVerifier();
const state = oauth.generateRandomState();
const ask = new URL(server.authorization_endpoint);
ask.search = new URLSearchParams({
  client_id: documentUrl,
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'mail.read offline_access',
  resource: resource.href,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
});
say('authorize', { url: ask.href });

const landing = elsewhere ? new URL(await heard()) : await listener.answer;
const answer = oauth.validateAuthResponse(server, client, landing, state);
const tokens = await oauth.processAuthorizationCodeResponse(server, client, await oauth.authorizationCodeGrantRequest(
  server, client, proof, answer, redirectUri, verifier, { ...overHttp, additionalParameters: { resource: resource.href } }));

async function callMail(accessToken) {
  const response = await oauth.protectedResourceRequest(accessToken, 'POST', resource, new Headers({
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  }), JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_messages', arguments: {} } }), overHttp);
  return response.status;
}

say('messages', { status: await callMail(tokens.access_token), client: claimsIn(tokens.access_token).client_id });

const refreshed = await oauth.processRefreshTokenResponse(server, client, await oauth.refreshTokenGrantRequest(
  server, client, proof, tokens.refresh_token, overHttp));
say('refreshed', {
  rotated: refreshed.refresh_token !== tokens.refresh_token,
  status: await callMail(refreshed.access_token),
});

await hear('removed');
const refusal = await oauth.refreshTokenGrantRequest(server, client, proof, refreshed.refresh_token, overHttp)
  .then(response => oauth.processRefreshTokenResponse(server, client, response)).catch(error => error);
say('refused', { error: refusal.error });

listener.close();
process.exit(0);
