/** Begins the page: first paint without data, then the connection. */
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './styles/tokens.css';
import './styles/base.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRoot } from 'react-dom/client';
import { Frame } from './frame/frame.tsx';
import { startClient } from './lib/client.ts';
import { startKeys } from './lib/keys.ts';
import { startLive } from './lib/live.ts';

// Zod tries `new Function` to be faster, which the page's policy forbids and reports; views that bring zod find this before it tries.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });

const queries = new QueryClient({
  defaultOptions: {
    // The transport waits and reconnects by itself; asking again at once would only ask twice.
    queries: { retry: false, networkMode: 'always', refetchOnWindowFocus: false, staleTime: 5000 },
    mutations: { networkMode: 'always' },
  },
});

startKeys();
startClient();
void startLive();

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <QueryClientProvider client={queries}>
      <Frame />
    </QueryClientProvider>,
  );
}
