"""What goes wrong outside: no room, a bad mail server, a stopped worker, a clock that jumps, a flood."""
