"""Mail: over SMTP, or shown to whoever tries a demo."""
