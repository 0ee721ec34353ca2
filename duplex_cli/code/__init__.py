"""Evidence about code from the tools of the trade: documents in, findings out."""
