"""The scene of `duplex demo`: made by a script on the user's machine, so that no media is stored."""
