"""What conditions ask about tickets (`fields`), and what is known of one, now or at a moment of its past (`facts`)."""
