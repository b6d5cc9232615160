// A real OpenID Connect provider for tests. What it issues is set by the variables it is started with; it tells its port on stdout.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const redirects = JSON.parse(process.env.REDIRECT_URIS);
const groupsOf = (name) => (name.startsWith('op') ? ['operators'] : name.startsWith('no') ? [] : ['builders']);
const machine = (name) => ({
  client_id: name,
  client_secret: `${name}-only-for-tests`,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
});
const jwk = () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' };
};

const server = createServer();
server.listen(Number(process.env.PORT), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      ...['builder', 'operator', 'nobody'].map(machine),
      {
        client_id: 'dashboard',
        client_secret: 'dashboard-only-for-tests',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: redirects,
      },
    ].filter((client) => client.client_id !== 'dashboard' || redirects.length > 0),
    jwks: { keys: [jwk()] },
    cookies: { keys: [randomUUID()] },
    claims: { openid: ['sub', 'groups', 'preferred_username'] },
    conformIdTokenClaims: false,
    scopes: ['openid', 'project:read', 'project:begin', 'blueprint:read'],
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: groupsOf(id) }),
    }),
    extraTokenClaims: (_, token) => ({ groups: groupsOf(token.accountId ?? token.clientId) }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_, resource) => ({
          audience: resource,
          scope: 'project:read project:begin blueprint:read',
          accessTokenFormat: 'jwt',
          accessTokenTTL: 600,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  server.on('request', provider.callback());
  console.log(server.address().port);
});
