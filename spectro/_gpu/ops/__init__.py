"""The operations, each under its name, and the algebra that they share: linear operations and their adjoints."""
