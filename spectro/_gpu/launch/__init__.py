"""How kernels are made and launched: text, sizes, the choice among them, and the graphs that launches stand in."""
