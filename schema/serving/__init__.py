"""How documents are served: HTTP, websocket, caches and limits."""
