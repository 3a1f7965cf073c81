import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/** Where `npm run dev` (vite) looks for the API while one works on the console. */
const SERVER = process.env['ACGS_URL'] ?? 'http://127.0.0.1:8010';

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  plugins: [compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // What is counted for the first load, and what the server takes to know which file may be kept for ever.
    manifest: 'manifest.json',
    // Browsers that have `light-dark()`, which the theme is made of.
    target: ['chrome123', 'safari17.5', 'firefox121'],
    cssTarget: ['chrome123', 'safari17.5', 'firefox121'],
    // A script or an image inside another file would need a looser Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // One style for all pages, and what pages share in one file: a browser asks six things of one address at a time (HTTP/1.1), and
    // a dozen files of 500 bytes each took longer to ask for than to read.
    cssCodeSplit: false,
    rolldownOptions: {
      checks: { pluginTimings: false },
      output: {
        codeSplitting: {
          groups: [
            // Charts are on two pages only.
            { name: 'libraries', test: /node_modules\/(?!uplot)/ },
            { name: 'parts', test: /console\/src\/(api|components(?!\/chart)|keyboard|live|sign-in\/(use-me|field))/ },
          ],
        },
      },
      onLog(level, log, handle) {
        // "use client" is for servers that render React; this is a program of the browser only.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  server: { proxy: { '/v1': SERVER, '/readyz': SERVER, '/openapi.json': SERVER } },
});

/** Beside each file its compressed forms: the server sends them as they are, and compresses nothing while it decides. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async writeBundle({ dir = '' }) {
      for (const name of await readdir(dir, { recursive: true })) {
        if (!/\.(js|css|html|svg)$/.test(name)) continue;
        const path = join(dir, name);
        const bytes = await readFile(path);
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params }));
        await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}
