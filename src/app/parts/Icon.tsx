import { memo } from 'react';

const PATHS = {
  play: 'M3 1l10 6-10 6z',
  previous: 'M11 1L1 7l10 6z',
  pause: 'M3 1h3v12H3zM8 1h3v12H8z',
  find: 'M6 1a5 5 0 1 0 3 9l3.3 3.3 1-1L10 9a5 5 0 0 0-4-8zm0 1.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z',
  step: 'M4 2l7 5-7 5zM2 2h1v10H2z',
  back: 'M10 2L3 7l7 5zM11 2h1v10h-1z',
  restart: 'M2 2h2v10H2zM12 2v10L5 7z',
} as const;

/** Transport marks, the only ones that stand without a word beside them. */
export const Icon = memo(({ name }: { name: keyof typeof PATHS }) => (
  <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
    <path d={PATHS[name]} fill="currentColor" />
  </svg>
));

export function Brand() {
  return (
    <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true">
      <path d="M2 5h6c5 0 3 12 8 12h4" fill="none" stroke="var(--ink)" strokeWidth="2" />
      <path
        d="M2 5h6c4 0 5.5 0 12 0"
        fill="none"
        stroke="var(--ink4)"
        strokeWidth="2"
        strokeDasharray="2 2.4"
      />
      <path d="M12.2 8.2l3 3-3 3-3-3z" fill="var(--commit)" />
    </svg>
  );
}
