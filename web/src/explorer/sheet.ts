// In place of react-style-singleton, which writes <style> elements that our content security policy refuses.

import { useInsertionEffect } from "react";

interface SheetProps {
  styles: string;
  dynamic?: boolean;
}

export function styleSingleton(): (props: SheetProps) => null {
  return function Sheet({ styles }: SheetProps): null {
    useInsertionEffect(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(styles);
      document.adoptedStyleSheets.push(sheet);
      return () => {
        document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
      };
    }, [styles]);
    return null;
  };
}
