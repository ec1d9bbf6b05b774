// A native app built on openid-client, strict as its authors made it: `node openid-client.mjs MCP_URL`. It registers itself.
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { hear, listen, say } from './loopback.mjs';

const resource = new URL(process.argv[2]);
const overHttp = { [oauth.allowInsecureRequests]: true };
const about = await oauth.processResourceDiscoveryResponse(resource, await oauth.resourceDiscoveryRequest(resource, overHttp));
const issuer = new URL(about.authorization_servers[0]);
const execute = [openid.allowInsecureRequests, openid.enableNonRepudiationChecks];
const listener = await listen();
const config = await openid.dynamicClientRegistration(issuer, {
  client_name: 'End-to-end on openid-client',
  redirect_uris: [listener.redirectUri],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
  application_type: 'native',
}, openid.None(), { algorithm: 'oidc', execute });
const registered = config.clientMetadata().client_id;
const plain = await openid.discovery(issuer, registered, undefined, openid.None(), { algorithm: 'oauth2', execute });
const server = config.serverMetadata();

const verifier = openid.randomPKCECodeVerifier();
const state = openid.randomState();
const nonce = openid.randomNonce();
say('authorize', {
  url: openid.buildAuthorizationUrl(config, {
    redirect_uri: listener.redirectUri,
    scope: 'openid mail.read offline_access',
    resource: resource.href,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  }).href,
});

const tokens = await openid.authorizationCodeGrant(config, await listener.answer, {
  pkceCodeVerifier: verifier,
  expectedState: state,
  expectedNonce: nonce,
  idTokenExpected: true,
}, { resource: resource.href });

async function callMail(accessToken) {
  return await fetch(resource, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${accessToken}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'list_messages', arguments: {} } }),
  });
}

async function claimsOf(accessToken) {
  const request = new Request(resource, { headers: { authorization: `Bearer ${accessToken}` } });
  return await oauth.validateJwtAccessToken(server, request, resource.href, overHttp);
}

const answer = await callMail(tokens.access_token);
say('messages', { status: answer.status, text: await answer.text() });

const access = await claimsOf(tokens.access_token);
const person = await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
say('verified', {
  sameMetadata: plain.serverMetadata().token_endpoint === server.token_endpoint,
  issuer: access.iss,
  audience: access.aud,
  sameClient: access.client_id === registered,
  scope: access.scope,
  samePerson: access.sub === tokens.claims().sub && person.sub === access.sub,
});

const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token, { resource: resource.href });
say('refreshed', {
  rotated: refreshed.refresh_token !== tokens.refresh_token,
  status: (await callMail(refreshed.access_token)).status,
  samePerson: (await claimsOf(refreshed.access_token)).sub === access.sub,
});

await hear('removed');
const refusal = await openid.refreshTokenGrant(config, refreshed.refresh_token).catch(error => error);
say('refused', { error: refusal.error, status: (await callMail(refreshed.access_token)).status });

listener.close();
process.exit(0);
