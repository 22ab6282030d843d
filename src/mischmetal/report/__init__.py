"""What a run says, to a machine and to a reader: summary, tables and one offline page."""
