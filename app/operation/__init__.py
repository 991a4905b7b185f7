"""What surrounds the pages in service: health, measures, headers, logs, a gentle stop, and builds by the clock."""
