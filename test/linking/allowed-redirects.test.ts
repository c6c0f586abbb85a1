import { expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { checkRedirectUrl } from '../../src/linking/redirect/redirects.ts';

function isAllowed(url: string, list: string): boolean {
  const { redirects } = readConfig({ ALLOWED_REDIRECTS: list }).link;
  return checkRedirectUrl(redirects, url).ok;
}

const web = 'https://app.example.com/linked';

test.for([
  [web, 'https://app.example.com/linked'],
  [web, 'https://app.example.com/linked/'],
  [web, 'https://app.example.com/linked/a/b'],
  [web, 'https://app.example.com/linked?company={companyId}#{statusCode}'],
  [web, 'https://app.example.com/linked/{companyId}'],
  [web, 'https://APP.example.com:443/linked'],
  [`${web}/`, 'https://app.example.com/linked'],
  ['https://app.example.com', 'https://app.example.com/anything?x=1'],
  ['https://app.example.com/', 'https://app.example.com'],
  [`https://other.example.com, ${web}`, 'https://app.example.com/linked'],
  ['http://localhost:3000', 'http://localhost:3000/done'],
  ['https://例え.example', 'https://xn--r8jz45g.example/'],
  ['myapp://', 'myapp://'],
  ['myapp://', 'myapp://linked?status={statusCode}'],
  ['myapp://', 'myapp:///linked'],
  ['myapp://linked', 'myapp://linked/done'],
  ['com.example.app://linked', 'com.example.app://linked'],
] as const)('ALLOWED_REDIRECTS=%s allows %s', ([list, url]) => {
  expect(isAllowed(url, list)).toBe(true);
});

test.for([
  ['', 'https://app.example.com/linked'],
  [web, 'https://app.example.com/'],
  [web, 'https://app.example.com/linkedin'],
  [web, 'https://app.example.com/Linked'],
  [web, 'https://app.example.com/linked/../admin'],
  [web, 'https://app.example.com/linked/%2e%2e/admin'],
  [web, 'https://app.example.com/linked/..%2fadmin'],
  [web, 'https://app.example.com/linked/..%5Cadmin'],
  [web, 'https://app.example.com/linked\\..\\admin'],
  [web, 'https://app.example.com/linked/..;/admin'],
  [web, 'https://app.example.com/linked/%2E.;x=1/admin'],
  [web, 'https://app.example.com/linked/\ud800'],
  [web, 'http://app.example.com/linked'],
  [web, 'https://app.example.com:8443/linked'],
  [web, 'https://app.example.com.attacker.example/linked'],
  [web, 'https://attacker.example/https://app.example.com/linked'],
  [web, 'https://app.example.com@attacker.example/linked'],
  [web, 'https://user:password@app.example.com/linked'],
  [web, 'https://sub.app.example.com/linked'],
  [web, '//app.example.com/linked'],
  [web, '/linked'],
  [web, ''],
  [web, ' https://app.example.com/linked'],
  [web, 'https://app.example.com/linked\n'],
  [web, 'https://{companyId}.example.com/linked'],
  [web, 'https://app.example.com/linked?{code}'],
  [web, `https://app.example.com/linked?${'x'.repeat(2048)}`],
  [web, 'myapp://linked'],
  ['myapp://', 'yourapp://linked'],
  ['myapp://', 'myapp:linked'],
  ['myapp://linked', 'myapp://other'],
  ['myapp://linked', 'myapp://linked.attacker'],
  ['myapp://', 'javascript://%0aalert(1)'],
  ['myapp://', 'javascript:alert(1)'],
  ['myapp://', 'data:text/html,x'],
] as const)('ALLOWED_REDIRECTS=%s does not allow %j', ([list, url]) => {
  expect(isAllowed(url, list)).toBe(false);
});

test.for([
  '*',
  'https://*.example.com',
  'https://app.example.com/*',
  'app.example.com',
  'https:',
  'https://',
  'https:///linked',
  'https://app.example.com?x=1',
  'https://app.example.com/#x',
  'https://user@app.example.com',
  'https://app.example.com/{companyId}',
  'https://app.example.com/%2e%2e',
  'https://app.example.com\\linked',
  'myapp',
  'myapp:',
  'javascript://',
  'JavaScript://x',
  'data://text',
  'vbscript://x',
  'file:///etc',
  'blob://x',
  'ftp://app.example.com',
  'https://app.example.com,',
  Array.from({ length: 101 }, (_, index) => `https://app${index}.example.com`).join(','),
])('the start is refused with ALLOWED_REDIRECTS=%s', (list) => {
  expect(() => readConfig({ ALLOWED_REDIRECTS: list })).toThrow(/^ALLOWED_REDIRECTS must /);
});
