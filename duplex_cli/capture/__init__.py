"""What comes in: microphone, loudspeaker, screen, camera, and for each a twin that is fed from a file."""
