"""Who is told after a commit; the only folder that knows Redis and broadcaster."""
