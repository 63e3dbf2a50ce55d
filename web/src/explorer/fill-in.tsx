/** @jsxImportSource react */
// Keeps the variables of an example true: with what is there now, until somebody writes something else into them.

import { ToolbarButton, useEditorContext } from "@graphiql/react";
import { useEffect } from "react";
import { useEditorNames } from "./editor-names";
import { exampleOf, variablesOf } from "./examples";
import { useExplored } from "./explored";
import { FillIcon } from "./icons";

/** `filled`: what was last filled in, by the name of the example. */
export function FillIn({ filled }: { filled: Map<string, string> }): React.ReactNode {
  const { known, lookAround } = useExplored();
  const { tabs, activeTabIndex, variableEditor } = useEditorContext({ nonNull: true });
  useEditorNames();
  const one = exampleOf(tabs[activeTabIndex]?.operationName);

  function fill(): void {
    if (!one || !variableEditor) return;
    const text = variablesOf(one, known.get());
    filled.set(one.name, text);
    variableEditor.setValue(text);
  }

  useEffect(() => {
    const text = variableEditor?.getValue().trim();
    if (one && (!text || text === filled.get(one.name))) fill();
    // Only when the tab is opened: not under the hands of who writes there, nor beside the answer to what stood there.
  }, [activeTabIndex, one?.name, variableEditor]);

  return (
    <ToolbarButton label="Fill in the variables with what is there now" disabled={!one} onClick={() => void lookAround().then(fill)}>
      <FillIcon />
    </ToolbarButton>
  );
}
