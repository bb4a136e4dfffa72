import { expect, test } from 'vitest';
import { childEnvironment } from '#host/process/environment.ts';

test('secrets, marks and settings of the app itself stay behind; what tools need goes along', () => {
  const env = childEnvironment({
    from: {
      PATH: '/usr/bin',
      HOME: '/home/ada',
      LC_ALL: 'C.UTF-8',
      XDG_CONFIG_HOME: '/home/ada/.config',
      https_proxy: 'http://proxy:3128',
      SSH_AUTH_SOCK: '/run/agent',
      ANTHROPIC_API_KEY: 'secret',
      AWS_SECRET_ACCESS_KEY: 'secret',
      GITHUB_TOKEN: 'secret',
      CLAUDECODE: '1',
      CLAUDE_CODE_ENTRYPOINT: 'cli',
      ACC_TOKEN: 'secret',
      ACC_SESSION: 'outer',
      NODE_OPTIONS: '--inspect',
      npm_config_prefix: '/x',
      INIT_CWD: '/x',
      GIT_DIR: '/x/.git',
      LD_PRELOAD: '/x.so',
    },
    add: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:1', HOME: '/scratch', ACC_SESSION: 'forged' },
    marker: 'ses_1',
  });
  expect(env).toEqual({
    PATH: '/usr/bin',
    SHLVL: '1',
    HOME: '/scratch',
    LC_ALL: 'C.UTF-8',
    XDG_CONFIG_HOME: '/home/ada/.config',
    https_proxy: 'http://proxy:3128',
    SSH_AUTH_SOCK: '/run/agent',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
    ACC_SESSION: 'ses_1',
  });
});

test('PATH loses what npm put there for this app and what would mean the working folder', () => {
  const PATH = [
    '/home/ada/app/node_modules/.bin',
    '/home/ada/node_modules/.bin',
    '/node_modules/.bin',
    '/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin',
    '',
    '.',
    'bin',
    '/home/ada/other/node_modules/.bin',
    '/usr/bin',
  ].join(':');
  const path = (from: Record<string, string>): string | undefined => childEnvironment({ from })['PATH'];
  expect(path({ PATH, npm_package_json: '/home/ada/app/package.json' })).toBe('/home/ada/other/node_modules/.bin:/usr/bin');
  expect(path({ PATH: '/home/ada/node_modules/.bin:/usr/bin' })).toBe('/home/ada/node_modules/.bin:/usr/bin');
});
