"""Every word of the API that a client sees; the only folder that knows Strawberry."""
