// Runs before the first paint, so that a dark room never sees a white flash. The preferences correct it later.
document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
