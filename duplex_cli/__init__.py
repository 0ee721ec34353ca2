"""duplex: a live voice and screen assistant that perceives and acts at the same time."""
