"""Work beside the tick: tools, their consent levels, and the background mind."""
