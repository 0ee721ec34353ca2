"""Steering a running session from outside its loop: commands, the control socket, keys and hotkeys."""
