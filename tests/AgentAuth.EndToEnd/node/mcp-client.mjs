// An MCP client built on an official TypeScript SDK: `node mcp-client.mjs v2 MCP_URL known|registers|DOCUMENT_URL` (v1: the SDK before
// the split). It knows nothing but the MCP server's URL and how it introduces itself.
import { claimsIn, hear, listen, say, textOf } from './loopback.mjs';

const [, , generation, mcpUrl, introduction] = process.argv;
const sdk = generation === 'v1'
  ? {
    ...await import('@modelcontextprotocol/sdk/client/index.js'),
    ...await import('@modelcontextprotocol/sdk/client/streamableHttp.js'),
    ...await import('@modelcontextprotocol/sdk/client/auth.js'),
  }
  : await import('@modelcontextprotocol/client');

class Memory {
  #tokens;
  #verifier;
  #state;
  #client = introduction === 'known' ? { client_id: 'demo-native' } : undefined;

  constructor(redirectUri) {
    this.redirectUrl = redirectUri;
    if (introduction.startsWith('https:')) {
      this.clientMetadataUrl = introduction;
    }
  }

  get clientMetadata() {
    return {
      client_name: 'End-to-end',
      redirect_uris: [this.redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      scope: 'mail.read offline_access',
    };
  }

  clientInformation() { return this.#client; }
  saveClientInformation(client) { this.#client = client; }
  state() { return this.#state ??= crypto.randomUUID(); }
  tokens() { return this.#tokens; }
  saveTokens(tokens) { this.#tokens = tokens; }
  saveCodeVerifier(verifier) { this.#verifier = verifier; }
  codeVerifier() { return this.#verifier; }
  redirectToAuthorization(url) { say('authorize', { url: url.href }); }

  /** The access token wears out; what renews it stays. */
  wearOut() { this.#tokens = { ...this.#tokens, access_token: 'worn-out' }; }

  invalidateCredentials(what) {
    if (what === 'all' || what === 'tokens') {
      this.#tokens = undefined;
    }
  }
}

const listener = await listen();
const memory = new Memory(listener.redirectUri);
const transport = () => new sdk.StreamableHTTPClientTransport(new URL(mcpUrl), { authProvider: memory });
const client = () => new sdk.Client({ name: 'end-to-end', version: '1.0.0' });

async function connect() {
  const agent = client();
  await agent.connect(transport());
  return agent;
}

const first = transport();
if (generation === 'v1') {
  // This one asks for no more than the challenge names; an agent that wants to stay says so itself.
  await sdk.auth(memory, { serverUrl: mcpUrl, scope: memory.clientMetadata.scope });
} else {
  await client().connect(first).then(() => { throw new Error('The server let a stranger in.'); }, refusal => {
    if (!(refusal instanceof sdk.UnauthorizedError)) {
      throw refusal;
    }
  });
}

const { searchParams } = await listener.answer;
if (searchParams.get('state') !== memory.state()) {
  throw new Error('The answer has another state.');
}

await (generation === 'v1' ? first.finishAuth(searchParams.get('code')) : first.finishAuth(searchParams));
const agent = await connect();
say('messages', {
  text: textOf(await agent.callTool({ name: 'list_messages', arguments: {} })),
  client: claimsIn(memory.tokens().access_token).client_id,
});

const before = memory.tokens().refresh_token;
memory.wearOut();
say('refreshed', {
  text: textOf(await agent.callTool({ name: 'list_messages', arguments: {} })),
  rotated: Boolean(before) && memory.tokens().refresh_token !== before,
});

await hear('removed');
try {
  say('answered', { text: textOf(await agent.callTool({ name: 'list_messages', arguments: {} })) });
} catch (error) {
  say('refused', { unauthorized: error instanceof sdk.UnauthorizedError, message: String(error) });
}

listener.close();
process.exit(0);
