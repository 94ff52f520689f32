"""Speed and memory, measured on an invented bank of known size. Nothing here is a test of correctness alone."""
