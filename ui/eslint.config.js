import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import { defineConfig } from 'eslint/config';
import globals from 'globals';
import typescript from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default defineConfig(
  { ignores: ['dist', 'test-results', 'playwright-report', 'src/host/types.gen.ts'] },
  js.configs.recommended,
  typescript.configs.recommended,
  svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser, svelteConfig } },
  },
  {
    rules: {
      // TypeScript knows what exists.
      'no-undef': 'off',
      'no-console': 'error',
      'no-eval': 'error',
      // Names and messages come from outside: text nodes only.
      'svelte/no-at-html-tags': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
          message: 'Text from outside is a text node, never markup.',
        },
        {
          selector: "SvelteAttribute[key.name='style']",
          message: 'The policy of the window forbids style attributes: use a class or a style: directive.',
        },
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['@tauri-apps/*'], message: 'Only src/host/tauri.ts speaks to Tauri.' }] },
      ],
    },
  },
  { files: ['src/host/tauri.ts', 'tests/hosts.test.ts'], rules: { 'no-restricted-imports': 'off' } },
);
