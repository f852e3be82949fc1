"""`python -m bot` is `banditore`."""

from bot.cli import main

if __name__ == "__main__":
    main()
