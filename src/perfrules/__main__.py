"""`python -m perfrules`: the command line, of the Python that runs it."""

from perfrules.front.cli import main

if __name__ == "__main__":
    main()
