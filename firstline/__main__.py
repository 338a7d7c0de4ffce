"""`python -m firstline`."""

from firstline.cli import main

main()
