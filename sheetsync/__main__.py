"""`python -m sheetsync`: the same as the command `sheetsync`."""

from __future__ import annotations

from sheetsync.cli.main import main

if __name__ == "__main__":
    main()
