// Names for the four editors, whose own inputs have none that could be heard.

import { useEditorContext } from "@graphiql/react";
import { useEffect } from "react";

export function useEditorNames(): void {
  const { queryEditor, variableEditor, headerEditor, responseEditor } = useEditorContext({ nonNull: true });
  useEffect(() => {
    queryEditor?.getInputField().setAttribute("aria-label", "Operation");
    variableEditor?.getInputField().setAttribute("aria-label", "Variables");
    headerEditor?.getInputField().setAttribute("aria-label", "Headers");
    responseEditor?.getInputField().setAttribute("aria-label", "Answer");
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);
}
