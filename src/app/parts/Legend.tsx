/** The accents, named in place. */
export function Legend() {
  return (
    <div className="legend">
      <span>
        <svg width="12" height="12" viewBox="0 0 12 12" aria-hidden="true">
          <path className="diamond" d="M6 0.5L11.5 6L6 11.5L0.5 6z" />
        </svg>
        commit
      </span>
      <span>
        <svg width="24" height="12" viewBox="0 0 24 12" aria-hidden="true">
          <path className="redispatch-mark" d="M0 4h14V0l10 6-10 6V8H0z" />
        </svg>
        redispatch
      </span>
      <span>
        <svg width="14" height="16" viewBox="0 0 14 16" aria-hidden="true">
          <path className="late-mark" d="M1 1h12v14H1z" />
        </svg>
        late: for another thread
      </span>
    </div>
  );
}
