import type { KeyboardEvent } from 'react';
import type { Box } from './layout.ts';

interface Props {
  box: Box;
  text: string;
  label: string;
  testid: string;
  className?: string;
  pressed?: boolean;
  disabled?: boolean;
  onPress(): void;
}

/** A button inside the drawing: as reachable and as named as one outside. */
export function StageButton({
  box,
  text,
  label,
  testid,
  className = '',
  pressed,
  disabled = false,
  onPress,
}: Props) {
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key !== 'Enter' && e.key !== ' ') return;
    e.preventDefault();
    e.stopPropagation();
    if (!disabled) onPress();
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button element.
    <g
      role="button"
      tabIndex={disabled ? -1 : 0}
      aria-label={label}
      aria-pressed={pressed}
      aria-disabled={disabled || undefined}
      data-testid={testid}
      className={`stage-button ${className}`}
      onClick={disabled ? undefined : onPress}
      onKeyDown={onKeyDown}
    >
      <title>{label}</title>
      <rect x={box.x + 0.5} y={box.y + 0.5} width={box.w - 1} height={box.h - 1} rx={2} />
      <text x={box.x + box.w / 2} y={box.y + box.h / 2 + 4}>
        {text}
      </text>
    </g>
  );
}
