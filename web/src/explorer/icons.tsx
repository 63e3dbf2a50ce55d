/** @jsxImportSource react */
// The explorer's own icons, drawn like GraphiQL's.

const drawn = (path: string) =>
  function Icon(): React.ReactNode {
    return (
      <svg className="graphiql-toolbar-icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
        <path d={path} />
      </svg>
    );
  };

export const ListIcon = drawn("M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01");
/** A ticket with an arrow into it. */
export const FillIcon = drawn("M12 3v10m0 0 4-4m-4 4-4-4M4 15v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-2");
