"""`python -m duplex_cli` is `duplex`."""

from duplex_cli.cli.main import main

if __name__ == "__main__":
    main()
