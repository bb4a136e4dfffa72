/**
 * The environment of a child, built from an allow-list: what a program needs to find its tools, its home and the network.
 * Everything else stays here: keys and tokens (an agent never falls back to an ambient API key), settings of npm and Node that
 * were meant for this app, and the marks of an agent that this app itself may run under. One exception is a model gateway that the
 * user configured: its address comes with the credentials that belong to it.
 */
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { MARKER } from './row.ts';

const NAMES = new Set(
  [
    'HOME USER LOGNAME SHELL TZ TERM COLORTERM LANG LANGUAGE TMPDIR TMP TEMP',
    'SSH_AUTH_SOCK SSH_AGENT_PID GNUPGHOME DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS __CF_USER_TEXT_ENCODING',
    'GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_SSH GIT_SSH_COMMAND GIT_SSL_CAINFO',
    'HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy no_proxy',
    'SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE CURL_CA_BUNDLE',
    'JAVA_HOME GOPATH GOROOT GOBIN GOFLAGS GOPROXY CARGO_HOME RUSTUP_HOME RUSTUP_TOOLCHAIN DOTNET_ROOT ANDROID_HOME ANDROID_SDK_ROOT',
    'NVM_DIR VOLTA_HOME PNPM_HOME BUN_INSTALL DENO_DIR PYENV_ROOT VIRTUAL_ENV CONDA_PREFIX RBENV_ROOT ASDF_DIR ASDF_DATA_DIR MISE_DATA_DIR',
    'CLAUDE_CONFIG_DIR CODEX_HOME OPENCODE_CONFIG DOCKER_HOST KUBECONFIG',
  ]
    .join(' ')
    .split(' '),
);
/** The last two are wishes for privacy, which hold for agents that we start too. */
const PREFIXES = ['LC_', 'XDG_', 'DISABLE_', 'CLAUDE_CODE_DISABLE_'];
/** An ambient key alone would be a silent fall-back to it; beside ANTHROPIC_BASE_URL it is the key of that gateway. */
const GATEWAY = ['ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_API_KEY', 'ANTHROPIC_CUSTOM_HEADERS'];

/** What an agent needs to talk to the user's own model gateway; nothing when there is none. For agents only, not for checks. */
export function gatewayEnvironment(from: Readonly<Record<string, string | undefined>>): Record<string, string> {
  if (!from['ANTHROPIC_BASE_URL']) return {};
  return Object.fromEntries(GATEWAY.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

export type ChildEnvironment = {
  /** The app's own environment. */
  readonly from: Readonly<Record<string, string | undefined>>;
  /** Explicit additions; they win. An API key or base URL comes this way or not at all. */
  readonly add?: Readonly<Record<string, string>>;
  /** Session or check that the child belongs to; becomes ACC_SESSION. */
  readonly marker?: string;
};

/** Builds the whole environment of a child; nothing else is inherited. */
export function childEnvironment({ from, add = {}, marker }: ChildEnvironment): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) {
    if (value !== undefined && (NAMES.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix)))) env[name] = value;
  }
  env['PATH'] = childPath(from['PATH'] ?? '', from['npm_package_json']);
  // Node's pipes are sockets; `bash -c` with a socket as stdin takes itself for a remote login and reads ~/.bashrc, unless it is nested.
  env['SHLVL'] = '1';
  return { ...env, ...add, ...(marker === undefined ? {} : { [MARKER]: marker }) };
}

/**
 * PATH without what npm put in front of it for this app (its Node and tools are not the user's), and without relative entries, which
 * would mean the agent's working folder.
 */
function childPath(path: string, npmPackage: string | undefined): string {
  const ours = new Set<string>();
  for (let folder = npmPackage; folder !== undefined && folder !== dirname(folder);) {
    folder = dirname(folder);
    ours.add(join(folder, 'node_modules', '.bin'));
  }
  return path
    .split(delimiter)
    .filter((entry) => isAbsolute(entry) && !ours.has(entry) && !/[\\/]node-gyp-bin[\\/]?$/.test(entry))
    .join(delimiter);
}
