"""A stand-in for Gemini's OpenAI-compatible endpoint, for tests and for trying TaskChat without a key.

It understands plain requests by rules, refuses what Gemini refuses, and plays a fault, byte for
byte as it was seen, where a message names one: `Add milk [[fault:503_once]]`. `faults.NUMBERED` has
them all; `server.StandIn` is the server.
"""
