/** Builds the renderer: relative addresses, so that the same files work under app:// and http://. */
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: path.join(import.meta.dirname, 'renderer'),
  base: './',
  plugins: [react()],
  build: {
    outDir: path.join(import.meta.dirname, 'out/renderer'),
    emptyOutDir: true,
    target: 'chrome140',
    sourcemap: true,
    // The content security policy allows files of our own origin only: nothing inlined as data:, no inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      // Schemas are built by calls that change nothing, so a view that needs one word of a domain file does not carry zod.
      treeshake: { manualPureFunctions: ['z', 'oc', 'base', 'read', 'act'] },
      output: {
        codeSplitting: {
          // Loaded by the views that draw with them, never by the entry.
          groups: [
            { name: 'charts', test: /node_modules[\\/](recharts|d3-|victory-vendor|@reduxjs|react-redux|immer|reselect|es-toolkit|decimal)/ },
            { name: 'editor', test: /node_modules[\\/](@codemirror|@lezer|style-mod|crelt|w3c-keyname|@marijn)/ },
          ],
        },
      },
    },
  },
});
