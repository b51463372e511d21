"""What everything above may use: kinds of arrays, checks, settings; imports nothing but errors."""
