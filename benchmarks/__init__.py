"""How fast TaskChat is, measured from outside: real processes, real sockets."""
